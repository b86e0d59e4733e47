package template

import (
	"fmt"
	"slices"
	"testing"
)

func TestTheFilesSayForWhichRequestsAFunctionIsCalled(t *testing.T) {
	tests := map[string]struct {
		name, text string
		want       []string
	}{
		"serverless.yml": {"api/serverless.yml", `
service: notes
provider: { name: aws }
functions:
  read:
    handler: src/notes.read
    events:
      - http: { path: "notes/{id}", method: get }
      - http: GET v1/notes
      - httpApi: { path: /v2/notes, method: "*" }
      - httpApi: "*"
      - schedule: rate(1 hour)
  other: { handler: "${self:custom.handler}", events: [{ http: GET x }] }
`, []string{"GET /notes/{id} api/src/notes read", "GET /v1/notes api/src/notes read", " /v2/notes api/src/notes read"}},
		"SAM": {"template.yaml", `
Transform: AWS::Serverless-2016-10-31
Resources:
  Read:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: notes.app.read
      Role: arn:aws:iam::111122223333:role/read
      Events:
        One: { Type: Api, Properties: { Path: "/notes/{id}", Method: get } }
        Two: { Type: HttpApi, Properties: { Path: /notes, Method: any } }
        Queue: { Type: SQS, Properties: { Queue: !GetAtt Q.Arn } }
        Open: { Type: HttpApi }
`, []string{"GET /notes/{id} src/notes/app read", " /notes src/notes/app read"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range ReadFile(test.name, []byte(test.text), Options{}).Events {
				if e.Start.Line == 0 || e.Location.Path != test.name {
					t.Errorf("%s is at %v", e.Path, e.Location)
				}
				got = append(got, fmt.Sprintf("%s %s %s %s", e.Method, e.Path, e.Code, e.Function))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}
