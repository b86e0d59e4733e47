package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleFile = finding.Rule{
	ID: "sensitive-file-served", Title: "A file that holds secrets or items is served", CWEs: []finding.CWE{538}, Severity: finding.High,
}

var (
	servedFolder = regexp.MustCompile(`(^|/)(static|public|www|wwwroot|htdocs)/`)
	secretFile   = regexp.MustCompile(`(?i)(^|/)(\.env[\w.]*|\.aws/credentials|credentials(\.\w+)?|secrets?\.\w+|id_rsa|.*\.(pem|key|p12|pfx|jks)|config\.py|settings\.py|.*\.sqlite3?)$`)
)

// openFile marks a file that is opened for writing where files are served.
func (s *scanner) openFile(_ *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	mode := c.Arg(1, "mode").Text()
	for _, name := range c.Arg(0, "file").Texts() {
		if servedFolder.MatchString(name) && strings.ContainsAny(mode, "wax") {
			return &pyflow.Value{Refs: []pyflow.Ref{pyflow.External("open()")}, Marks: []pyflow.Traced{{Mark: fileMark{name}}}}
		}
	}
	return nil
}

// watchFile looks at what is written into served files, and at secret files
// that are sent.
func (s *scanner) watchFile(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil {
		return
	}
	if last := lastPart(c.Name); last == "send_file" || last == "send_from_directory" {
		for _, a := range c.Args {
			if name := a.Text(); secretFile.MatchString(name) {
				s.reportFile(f, c, name, "sends "+name, nil)
			}
		}
		return
	}
	var file *pyflow.Value
	var content []*pyflow.Value
	switch c.Method {
	case "write", "writelines":
		file, content = c.Receiver, c.Args
	case "dump":
		if len(c.Args) > 1 {
			file, content = c.Args[1], c.Args[:1]
		}
	}
	if file == nil {
		return
	}
	for _, t := range file.Marks {
		m, ok := t.Mark.(fileMark)
		if !ok {
			continue
		}
		for _, d := range pyflow.Join(content...).Deep() {
			switch x := d.Mark.(type) {
			case dataMark:
				if x.level <= levelField {
					s.reportFile(f, c, m.name, "writes items of "+orSome(x.read.table, "a table")+" into "+m.name, d.Trace)
					return
				}
			case clientMark:
				if isSensitive(x.name) {
					s.reportFile(f, c, m.name, "writes "+x.name+" into "+m.name, d.Trace)
					return
				}
			}
		}
	}
}

// watchObject looks at objects that are stored in S3 for everybody to read:
// whether that is meant, the code alone does not say.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
func (s *scanner) watchObject(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil || !uploads[c.Method] {
		return
	}
	acl := pyflow.Join(c.Arg(-1, "ACL"), c.Arg(-1, "ExtraArgs").Field("ACL")).Text()
	if acl != "public-read" && acl != "public-read-write" {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleFile.ID, Severity: finding.Low, Confidence: finding.Tentative, Context: frameTitle(f), Anchor: c.Method,
		Title:   frameTitle(f) + " stores an object with the ACL " + acl,
		Message: "Whoever knows or guesses the object's name reads it, past every check that the routes make.",
		Mend:    finding.Mend{Text: "Leave the ACL out, block public access on the bucket, and hand out presigned URLs to whom the object belongs."},
	}, f.Place(c.At), nil)
}

var uploads = map[string]bool{"put_object": true, "upload_file": true, "upload_fileobj": true, "put_object_acl": true, "put": true}

func (s *scanner) reportFile(f *pyflow.Frame, c *pyflow.Call, name, does string, trace *pyflow.Trace) {
	s.report(&finding.Finding{
		Rule: ruleFile.ID, Severity: finding.High, Confidence: finding.Likely, Context: frameTitle(f), Anchor: name,
		Title:   frameTitle(f) + " " + does,
		Message: "The web server hands out " + name + " to whoever asks for it by name, past every check that the routes make.",
		Mend:    finding.Mend{Text: "Keep it outside of what is served, and send it from a route that checks who asks."},
	}, f.Place(c.At), trace)
}
