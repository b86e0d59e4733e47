package embedded

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// maxTags is how many tags DynamoDB keeps for a table.
const maxTags = 50

var arnExpression = regexp.MustCompile(`^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]+:table/([a-zA-Z0-9_.-]{3,255})$`)

func (f *fields) tags(name string) map[string]string {
	list, ok := f.structures(name, "Tag")
	if !ok {
		return nil
	}
	tags := map[string]string{}
	for i, g := range list {
		at := lowerFirst(name) + "." + strconv.Itoa(i+1) + ".member."
		key := f.requiredText(g, "Key", at+"key")
		value := f.requiredText(g, "Value", at+"value")
		if n := len(key); n < 1 || n > 128 {
			f.problem("'"+key+"'", at+"key", "Member must have length between 1 and 128, inclusive")
		}
		if len(value) > 256 {
			f.problem("'"+value+"'", at+"value", "Member must have length less than or equal to 256")
		}
		tags[key] = value
	}
	return tags
}

// tagged finds the table that ResourceArn names.
func (s *Store) tagged(f *fields) (*table, error) {
	arn, ok := f.text("ResourceArn")
	if !ok {
		f.problem("null", "resourceArn", notNull)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	match := arnExpression.FindStringSubmatch(arn)
	if match == nil {
		return nil, invalid("Invalid TableArn: Invalid ResourceArn provided as input %s", arn)
	}
	t, err := s.find(match[1])
	if err != nil || arnPrefix+t.name != arn {
		return nil, refuse("AccessDeniedException", "Requested resource not found: ResourcArn: "+arn+" not found")
	}
	return t, nil
}

func (s *Store) tagResource(f *fields) ([]byte, error) {
	tags := f.tags("Tags")
	if !f.has("Tags") {
		f.problem("null", "tags", notNull)
	}
	t, err := s.tagged(f)
	if err != nil {
		return nil, err
	}
	if len(tags) == 0 {
		return nil, invalid("Atleast one Tag needs to be provided as Input.")
	}
	return nil, s.alter(t, func(d *definition) error {
		if d.Tags == nil {
			d.Tags = map[string]string{}
		}
		maps.Copy(d.Tags, tags)
		if len(d.Tags) > maxTags {
			return invalidValue("Too many tags: a table has at most %d", maxTags)
		}
		return nil
	})
}

func (s *Store) untagResource(f *fields) ([]byte, error) {
	keys, ok := f.texts("TagKeys")
	if !ok {
		f.problem("null", "tagKeys", notNull)
	}
	t, err := s.tagged(f)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, invalid("Atleast one Tag Key needs to be provided as Input.")
	}
	return nil, s.alter(t, func(d *definition) error {
		for _, key := range keys {
			delete(d.Tags, key)
		}
		return nil
	})
}

func (s *Store) listTagsOfResource(f *fields) (answer []byte, err error) {
	t, err := s.tagged(f)
	if err != nil {
		return nil, err
	}
	type tag struct{ Key, Value string }
	err = read([]*table{t}, func() error {
		tags := []tag{}
		for _, key := range slices.Sorted(maps.Keys(t.definition.Tags)) {
			tags = append(tags, tag{key, t.definition.Tags[key]})
		}
		answer, err = json.Marshal(struct{ Tags []tag }{tags})
		return err
	})
	return answer, err
}
