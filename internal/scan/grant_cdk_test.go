package scan

import (
	"strings"
	"testing"
)

func TestAStackIsNoCodeThatCallsTables(t *testing.T) {
	const stack = "import * as dynamodb from 'aws-cdk-lib/aws-dynamodb'\n"
	for text, want := range map[string]bool{
		stack: false, stack + "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'\n": true, "const { DynamoDB } = require('aws-sdk')\n": true, "let a = 1\n": false,
	} {
		if callsTables(text) != want {
			t.Errorf("%q calls tables: %v", text, !want)
		}
	}
}

func TestAGrantInAStackIsPlacedWhereItStands(t *testing.T) {
	text := "/* é\n table.grantFullAccess(a) */\n  tâble.grantReadData(fn)\n"
	got := inStack(textFile{"stack.ts", text})
	if len(got) != 1 || got[0].short != "grantReadData" || got[0].at.Start.Line != 3 || got[0].at.Start.Column != 9 || text[got[0].at.Start.Offset:got[0].at.End.Offset] != "grantReadData" {
		t.Errorf("%+v", got)
	}
	if len(got) == 1 && !strings.Contains(strings.Join(got[0].actions.Texts(), " "), "dynamodb:Scan") {
		t.Errorf("it grants %v", got[0].actions.Texts())
	}
}
