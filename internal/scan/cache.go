package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// cacheMakers are what makes caches: Redis, memcached, Flask's extensions.
var cacheMakers = []string{"redis.", "flask_redis.", "flask_caching.", "flask_cache.", "cachelib.", "pymemcache.", "memcache.", "valkey."}

// cachePut are the methods that keep a value, with its place among the arguments;
// cacheGet those that give one back.
var (
	cachePut = map[string]int{"set": 1, "add": 1, "setnx": 1, "setex": 2, "psetex": 2, "hset": 2, "lpush": 1, "rpush": 1}
	cacheGet = map[string]bool{"get": true, "hget": true, "hgetall": true, "lrange": true, "lpop": true, "rpop": true, "getex": true}
)

func isCache(v *pyflow.Value) bool {
	for _, x := range v.Externals() {
		for _, maker := range cacheMakers {
			if strings.HasPrefix(x, maker) && strings.HasSuffix(x, "()") {
				return true
			}
		}
	}
	return false
}

// cacheCall gives back what the app has kept in a cache under a key: one whose
// text is the same, or begins alike where a value is part of it.
// https://redis.io/docs/latest/develop/clients/redis-py/
// https://flask-caching.readthedocs.io/en/latest/
func (s *scanner) cacheCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	at, puts := cachePut[c.Method]
	if c.At == nil || !puts && !cacheGet[c.Method] || !isCache(c.Receiver) {
		return nil
	}
	key := cacheKey(c)
	if !puts {
		return s.stores["cache"][key]
	}
	value := s.Keep(f, c.Arg(at, "value"))
	if c.Method == "hset" {
		value = pyflow.Join(value, s.Keep(f, c.Arg(-1, "mapping")))
	}
	if key != "" && value != nil {
		s.stores["cache"][key] = pyflow.Join(s.stores["cache"][key], value)
	}
	return &pyflow.Value{}
}

// cacheKey is a key's text up to the first value in it, and "*" behind that.
func cacheKey(c *pyflow.Call) string {
	if text := c.Arg(0, "key").Text(); text != "" {
		return text
	}
	if len(c.At.Args) == 0 {
		return ""
	}
	switch e := c.At.Args[0].(type) {
	case *python.FString:
		if len(e.Parts) > 0 {
			if head, ok := e.Parts[0].(*python.String); ok {
				return head.Value + "*"
			}
		}
	case *python.BinOp:
		if head, ok := e.Left.(*python.String); ok {
			return head.Value + "*"
		}
	}
	return ""
}

// cachedLast puts the routes that read a cache behind those that may fill it.
func (s *scanner) cachedLast() {
	var first, last []*entry
	for _, e := range s.entries {
		text := e.fn.Module.File.Text
		if e.fn.Def != nil && containsAny(text, "redis", "cach", "memcache") && containsAny(e.fn.Module.File.Source(e.fn.Def.Span), ".get(", ".hget", ".lrange(") {
			last = append(last, e)
		} else {
			first = append(first, e)
		}
	}
	s.entries = append(first, last...)
}
