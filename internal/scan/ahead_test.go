package scan

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// chain is an app whose route gives what the last of many plain files makes of
// an item; no file between them has anything that is looked for.
func chain(length int) map[string]string {
	files := map[string]string{
		"app.py": "import boto3\nfrom flask import Flask, jsonify\nfrom m0 import f0\n\napp = Flask(__name__)\ntable = boto3.resource(\"dynamodb\").Table(\"users\")\n\n" +
			"@app.route(\"/users/<name>\")\ndef show(name):\n    return jsonify(f0(table.get_item(Key={\"id\": name})[\"Item\"]))\n",
		fmt.Sprintf("m%d.py", length): fmt.Sprintf("def f%d(x):\n    print(x)\n    return x\n", length),
	}
	for i := range length {
		files[fmt.Sprintf("m%d.py", i)] = fmt.Sprintf("from m%d import f%[1]d\n\n\ndef f%d(x):\n    return f%[1]d(x)\n", i+1, i)
	}
	return files
}

func TestAScanIsTheSameOnOneProcessorAndOnMany(t *testing.T) {
	for _, root := range []string{plant(t, chain(20)), "testdata/patterns"} {
		first := ""
		for _, processors := range []int{1, 2, 8} {
			before := runtime.GOMAXPROCS(processors)
			res, err := Scan(t.Context(), Config{Root: root})
			runtime.GOMAXPROCS(before)
			if err != nil || len(res.Findings) == 0 {
				t.Fatal(err, "no finding")
			}
			out, err := json.Marshal(res)
			if err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = string(out)
			} else if first != string(out) {
				t.Errorf("%s: another result on %d processors", root, processors)
			}
		}
	}
}

func TestWhatAModuleImportsIsParsedOnceAheadOfItsTurn(t *testing.T) {
	root := plant(t, chain(5))
	tree, err := collect(t.Context(), root, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, _, _ := tree.parse(t.Context(), nil)
	p := pyflow.NewProgram(files)
	a := newAhead(tree, p, worthLoading(p))
	a.done.Wait()
	if err := os.RemoveAll(filepath.Join(root, "m3.py")); err != nil {
		t.Fatal(err)
	}
	if f := a.whole("m3.py"); f == nil || f.Text == "" || a.whole("m3.py") != f {
		t.Error("m3.py was not there before it was asked for")
	}
	if a.whole("app.py") == nil || a.whole("none.py") != nil {
		t.Error("other files are not read when they are asked for")
	}
	a.stop()
}
