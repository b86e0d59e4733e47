package embedded

import (
	"encoding/json"
	"slices"
	"strconv"
)

// globalUpdate is one of GlobalSecondaryIndexUpdates: exactly one member is set.
type globalUpdate struct {
	create *indexDefinition
	remove string
	update string
	units  throughput
}

func (f *fields) globalUpdates() []globalUpdate {
	list, _ := f.structures("GlobalSecondaryIndexUpdates", "GlobalSecondaryIndexUpdate")
	var out []globalUpdate
	for i, g := range list {
		at := "globalSecondaryIndexUpdates." + strconv.Itoa(i+1) + ".member."
		var u globalUpdate
		if c, ok := g.object("Create", "class com.amazonaws.dynamodb.v20120810.CreateGlobalSecondaryIndexAction"); ok {
			u.create = f.indexDefinition(c, at+"create.", 8)
		}
		if r, ok := g.object("Delete", "class com.amazonaws.dynamodb.v20120810.DeleteGlobalSecondaryIndexAction"); ok {
			u.remove = f.requiredText(r, "IndexName", at+"delete.indexName")
		}
		if c, ok := g.object("Update", "class com.amazonaws.dynamodb.v20120810.UpdateGlobalSecondaryIndexAction"); ok {
			u.update = f.requiredText(c, "IndexName", at+"update.indexName")
			if units := c.throughput(at + "update.provisionedThroughput"); units != nil {
				u.units = *units
			}
			f.take(c)
		}
		f.take(g)
		out = append(out, u)
	}
	return out
}

func (s *Store) updateTable(f *fields) (answer []byte, err error) {
	name, err := f.requiredTableName()
	if err != nil {
		return nil, err
	}
	mode := f.enum("BillingMode", provisioned, payPerRequest)
	units := f.throughput("provisionedThroughput")
	attributes := f.attributeDefinitions(false)
	updates := f.globalUpdates()
	protect, protected := f.boolean("DeletionProtectionEnabled"), f.has("DeletionProtectionEnabled")
	class := f.enum("TableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	view, streams := f.streamSpecification()
	if err := f.failure(); err != nil {
		return nil, err
	}
	if mode == "" && units == nil && len(updates) == 0 && !protected && class == "" && !streams {
		return nil, invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	}
	t, err := s.find(name)
	if err != nil {
		return nil, tableNotFound(name)
	}
	err = s.alter(t, func(d *definition) error {
		if err := d.rebill(mode, units); err != nil {
			return err
		}
		if protected {
			d.Protected = protect
		}
		if class != "" {
			d.Class = class
		}
		if streams {
			if err := d.setStream(view, s.clock()); err != nil {
				return err
			}
		}
		for _, a := range attributes {
			if kind := d.kindOf(a.AttributeName); kind == 0 {
				d.Attributes = append(d.Attributes, a)
			} else if kind.String() != a.AttributeType {
				return invalidValue("Cannot change the type of attribute %s", a.AttributeName)
			}
		}
		for _, u := range updates {
			if err := d.updateGlobal(u); err != nil {
				return err
			}
		}
		d.dropUnused()
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = read([]*table{t}, func() error {
		answer, err = json.Marshal(tableAnswer{TableDescription: t.describe("ACTIVE")})
		return err
	})
	return answer, err
}

func (d *definition) rebill(mode string, units *throughput) error {
	before := d.BillingMode
	if mode == "" {
		mode = before
	}
	d.BillingMode = mode
	if mode == payPerRequest {
		if units != nil {
			return invalidValue("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		d.Throughput = throughput{}
		return nil
	}
	if units == nil {
		if before == payPerRequest {
			return invalidValue("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
		}
		return nil
	}
	if before == provisioned && *units == d.Throughput {
		return invalid("The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: %d. Requested ReadCapacityUnits: %d. Current WriteCapacityUnits provisioned for the table: %d. Requested WriteCapacityUnits: %d. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
			d.Throughput.ReadCapacityUnits, units.ReadCapacityUnits, d.Throughput.WriteCapacityUnits, units.WriteCapacityUnits)
	}
	d.Throughput = *units
	return units.check()
}

func (d *definition) updateGlobal(u globalUpdate) error {
	switch {
	case u.create != nil:
		names := map[string]bool{}
		for _, x := range append(slices.Clone(d.Global), d.Local...) {
			names[x.IndexName] = true
		}
		if names[u.create.IndexName] {
			return invalid("Attempting to create an index which already exists")
		}
		if err := d.checkGlobal(u.create, names); err != nil {
			return err
		}
		if len(d.Global) == 20 {
			return invalidValue("GlobalSecondaryIndex count exceeds the per-table limit of 20")
		}
		d.Global = append(d.Global, u.create)
	case u.remove != "":
		i := d.findGlobal(u.remove)
		if i < 0 {
			return notFound()
		}
		d.Global = slices.Delete(d.Global, i, i+1)
	case u.update != "":
		i := d.findGlobal(u.update)
		if i < 0 {
			return notFound()
		}
		altered := *d.Global[i]
		altered.Throughput = u.units
		d.Global[i] = &altered
	default:
		return invalidValue("Only one of GlobalSecondaryIndexUpdate.Create, Update or Delete must be specified")
	}
	return nil
}

func (d *definition) findGlobal(name string) int {
	return slices.IndexFunc(d.Global, func(x *indexDefinition) bool { return x.IndexName == name })
}

// dropUnused forgets the attributes of an index that is gone.
func (d *definition) dropUnused() {
	used := map[string]bool{}
	for _, e := range d.KeySchema {
		used[e.AttributeName] = true
	}
	for _, x := range append(slices.Clone(d.Global), d.Local...) {
		for _, e := range x.KeySchema {
			used[e.AttributeName] = true
		}
	}
	d.Attributes = slices.DeleteFunc(d.Attributes, func(a attributeDefinition) bool { return !used[a.AttributeName] })
}

// reindex makes the indexes what the definition says, filling new ones; the
// caller holds both locks.
func (t *table) reindex() error {
	kept := t.indexes[:0:0]
	for _, x := range t.indexes {
		if !x.global || t.definition.findGlobal(x.name) >= 0 {
			kept = append(kept, x)
		}
	}
	t.indexes = kept
	for _, d := range t.definition.Global {
		if t.findIndex(d.IndexName) != nil {
			continue
		}
		x := t.newSecondary(d, true)
		if err := x.fill(t); err != nil {
			return err
		}
		t.indexes = append(t.indexes, x)
	}
	return nil
}

func (x *index) fill(t *table) error {
	var failed error
	t.primary.entries.Scan(func(e entry) bool {
		m, err := e.doc.item()
		if err != nil {
			failed = err
			return false
		}
		if key := x.entryKey(m, e.key); key != "" {
			x.set(entry{key: key, doc: x.projected(m, e.doc), base: e.doc})
		}
		return true
	})
	return failed
}
