package embedded

import "encoding/json"

// The store keeps what a table's time to live is set to and deletes nothing
// by it: DynamoDB itself deletes within days, and an app must filter.

func (s *Store) updateTimeToLive(f *fields) ([]byte, error) {
	name := f.tableName()
	spec, ok := f.object("TimeToLiveSpecification", "class com.amazonaws.dynamodb.v20120810.TimeToLiveSpecification")
	if !ok {
		spec = &fields{}
		f.problem("null", "timeToLiveSpecification", notNull)
	}
	attribute, given := spec.text("AttributeName")
	enabled := spec.boolean("Enabled")
	f.take(spec)
	switch {
	case ok && !given:
		f.problem("null", "timeToLiveSpecification.attributeName", notNull)
	case ok && attribute == "":
		f.problem("''", "timeToLiveSpecification.attributeName", "Member must have length greater than or equal to 1")
	case len(attribute) > 255:
		f.problem("'"+attribute+"'", "timeToLiveSpecification.attributeName", "Member must have length less than or equal to 255")
	}
	if ok && !spec.has("Enabled") {
		f.problem("null", "timeToLiveSpecification.enabled", notNull)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	t, err := s.find(name)
	if err != nil {
		return nil, tableNotFound(name)
	}
	err = s.alter(t, func(d *definition) error {
		switch {
		case enabled && d.TTL == attribute:
			return invalid("TimeToLive is already enabled")
		case enabled && d.TTL != "":
			return invalid("TimeToLive is active on a different AttributeName: current AttributeName is %s", d.TTL)
		case !enabled && d.TTL == "":
			return invalid("TimeToLive is already disabled")
		case !enabled && d.TTL != attribute:
			return invalid("TimeToLive is active on a different AttributeName: current AttributeName is %s", d.TTL)
		case enabled:
			d.TTL = attribute
		default:
			d.TTL = ""
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	type specification struct {
		AttributeName string
		Enabled       bool
	}
	return json.Marshal(struct{ TimeToLiveSpecification specification }{specification{attribute, enabled}})
}

func (s *Store) describeTimeToLive(f *fields) (answer []byte, err error) {
	t, err := s.named(f)
	if err != nil {
		return nil, err
	}
	type description struct {
		TimeToLiveStatus string
		AttributeName    string `json:",omitempty"`
	}
	err = read([]*table{t}, func() error {
		d := description{TimeToLiveStatus: "DISABLED", AttributeName: t.definition.TTL}
		if d.AttributeName != "" {
			d.TimeToLiveStatus = "ENABLED"
		}
		answer, err = json.Marshal(struct{ TimeToLiveDescription description }{d})
		return err
	})
	return answer, err
}
