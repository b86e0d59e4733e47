package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"github.com/discreet-dev/discreet/internal/item"
)

// disk is the file behind a store. It is written on every change, synced
// before the change is acknowledged, and read when the store opens.
//
// Its buckets: "meta" has the format's version; "tables" a definition by
// name; "items" one bucket for each table's ID, with documents by key;
// "tokens" what TransactWriteItems answered.
type disk struct{ db *bbolt.DB }

const (
	bucketMeta   = "meta"
	bucketTables = "tables"
	bucketItems  = "items"
	bucketTokens = "tokens"
	keyFormat    = "format"
	diskFormat   = "discreet embedded store 1"
	lockTimeout  = 500 * time.Millisecond
)

func openDisk(path string) (*disk, error) {
	if err := checkWhole(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db, err := openFile(path, false)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte(bucketMeta))
		if meta == nil {
			if name, _ := tx.Cursor().First(); name != nil {
				return errors.New("not a file of this store")
			}
			var err error
			if meta, err = tx.CreateBucket([]byte(bucketMeta)); err != nil {
				return err
			}
			if err := meta.Put([]byte(keyFormat), []byte(diskFormat)); err != nil {
				return err
			}
		}
		if string(meta.Get([]byte(keyFormat))) != diskFormat {
			return errors.New("not a file of this version of the store")
		}
		for _, name := range []string{bucketTables, bucketItems, bucketTokens} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &disk{db: db}, nil
}

func openFile(path string, readOnly bool) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:      lockTimeout,
		FreelistType: bbolt.FreelistMapType,
		ReadOnly:     readOnly,
	})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, errors.New("another process holds the file")
	}
	return db, err
}

// checkWhole refuses a file that was cut short, before it is mapped and what
// is missing in it would end the process.
func checkWhole(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return nil // it is made new
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errors.New("is a directory")
	}
	db, err := openFile(path, true)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("the file is cut short: %d bytes of %d", info.Size(), tx.Size())
		}
		return nil
	})
}

func (d *disk) close() error { return d.db.Close() }

// load fills an empty store.
func (d *disk) load(s *Store) (err error) {
	defer func() {
		if recover() != nil { // the library's way to tell of a damaged page
			err = errors.New("the file is damaged")
		}
	}()
	return d.db.View(func(tx *bbolt.Tx) error {
		err := tx.Bucket([]byte(bucketTables)).ForEach(func(name, saved []byte) error {
			t, err := loadTable(tx, saved)
			if err != nil {
				return fmt.Errorf("table %s: %w", name, err)
			}
			t.restream(s.clock())
			s.tables[t.definition.Name] = t
			return nil
		})
		if err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketTokens)).ForEach(func(token, saved []byte) error {
			k := keptToken{token: string(token)}
			if err := json.Unmarshal(saved, &k); err != nil {
				return fmt.Errorf("token: %w", err)
			}
			s.tokens.keep(k)
			return nil
		})
	})
}

func loadTable(tx *bbolt.Tx, saved []byte) (*table, error) {
	d := &definition{}
	if err := json.Unmarshal(saved, d); err != nil {
		return nil, err
	}
	t := newTable(d)
	items := tx.Bucket([]byte(bucketItems)).Bucket([]byte(d.ID))
	if items == nil {
		return nil, errors.New("its items are missing")
	}
	err := items.ForEach(func(key, wire []byte) error {
		m, err := item.DecodeItem(wire)
		if err != nil {
			return err
		}
		doc := &document{wire: append([]byte(nil), wire...), size: item.Size(m)}
		c := change{table: t, key: string(key), after: doc, afterItem: m}
		c.prepare()
		c.apply()
		return nil
	})
	return t, err
}

// saveTable writes a new or altered definition.
func (d *disk) saveTable(def *definition) error {
	saved, err := json.Marshal(def)
	if err != nil {
		return err
	}
	return d.db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.Bucket([]byte(bucketItems)).CreateBucketIfNotExists([]byte(def.ID)); err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketTables)).Put([]byte(def.Name), saved)
	})
}

func (d *disk) dropTable(def *definition) error {
	return d.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.Bucket([]byte(bucketItems)).DeleteBucket([]byte(def.ID)); err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketTables)).Delete([]byte(def.Name))
	})
}

// write makes the changes, and what a token stands for, durable as one.
func (d *disk) write(changes []change, kept *keptToken) error {
	return d.db.Update(func(tx *bbolt.Tx) error {
		items := tx.Bucket([]byte(bucketItems))
		for i := range changes {
			c := &changes[i]
			bucket := items.Bucket([]byte(c.table.id))
			if bucket == nil {
				return errors.New("the table's items are missing")
			}
			var err error
			if c.after == nil {
				err = bucket.Delete([]byte(c.key))
			} else {
				err = bucket.Put([]byte(c.key), c.after.wire)
			}
			if err != nil {
				return err
			}
		}
		if kept == nil {
			return nil
		}
		return saveToken(tx.Bucket([]byte(bucketTokens)), kept)
	})
}

// saveToken writes a token, and drops those that have expired by then.
func saveToken(bucket *bbolt.Bucket, kept *keptToken) error {
	for _, token := range kept.expired {
		if err := bucket.Delete([]byte(token)); err != nil {
			return err
		}
	}
	saved, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return bucket.Put([]byte(kept.token), saved)
}
