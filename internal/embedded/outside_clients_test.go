//go:build outside

package embedded

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func buildCommand(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "discreet")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/discreet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// runLocal runs `discreet local` until the test ends.
func runLocal(t *testing.T, binary string, args ...string) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	cmd := exec.Command(binary, append([]string{"local", "--listen", address}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 1000 {
		if answer, err := http.Get("http://" + address + "/healthz"); err == nil {
			_ = answer.Body.Close()
			return "http://" + address
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("discreet local does not answer: %s", errs.String())
	return ""
}

// clientEnvironment is what every SDK reads its endpoint and credentials from.
func clientEnvironment(url string) []string {
	return append(os.Environ(), "AWS_ENDPOINT_URL_DYNAMODB="+url, "ENDPOINT="+url, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PAGER=")
}

func runClient(t *testing.T, url, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = clientEnvironment(url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestOutsideClientsWorkUnchanged(t *testing.T) {
	binary := buildCommand(t)
	url := runLocal(t, binary)
	for _, script := range []string{"boto.py", "pynamo.py"} {
		t.Run(script, func(t *testing.T) { runClient(t, url, wantPython(t), filepath.Join("testdata", "clients", script)) })
	}
	t.Run("awscli", func(t *testing.T) { runCLI(t, url, wantPython(t)) })
	t.Run("sdk.mjs", func(t *testing.T) {
		wantVariable(t, "DISCREET_NODE_MODULES", "a node_modules that has @aws-sdk/client-dynamodb and @aws-sdk/lib-dynamodb")
		runClient(t, url, "node", filepath.Join("testdata", "clients", "sdk.mjs"))
	})
	t.Run("Go", func(t *testing.T) { runGoSDK(t, url) })
	t.Run("a file that is held", func(t *testing.T) { runOnHeldFile(t, binary) })
}

func wantPython(t *testing.T) string {
	return wantVariable(t, "DISCREET_PYTHON", "a python that has boto3, pynamodb and awscli")
}

func runCLI(t *testing.T, url, python string) {
	cli := func(args ...string) string {
		return runClient(t, url, python, append([]string{"-m", "awscli", "dynamodb"}, args...)...)
	}
	cli("create-table", "--table-name", "cli", "--billing-mode", "PAY_PER_REQUEST",
		"--attribute-definitions", "AttributeName=pk,AttributeType=S", "--key-schema", "AttributeName=pk,KeyType=HASH")
	cli("wait", "table-exists", "--table-name", "cli")
	cli("put-item", "--table-name", "cli", "--item", `{"pk":{"S":"é"},"n":{"N":"1.50"}}`)
	cli("batch-write-item", "--request-items", `{"cli":[{"PutRequest":{"Item":{"pk":{"S":"b"}}}},{"PutRequest":{"Item":{"pk":{"S":"c"}}}}]}`)
	if got := cli("get-item", "--table-name", "cli", "--key", `{"pk":{"S":"é"}}`, "--query", "Item.n.N", "--output", "text"); strings.TrimSpace(got) != "1.5" {
		t.Errorf("get-item: %s", got)
	}
	if got := cli("scan", "--table-name", "cli", "--page-size", "1", "--query", "length(Items)"); strings.TrimSpace(got) != "3" {
		t.Errorf("scan: %s", got)
	}
	if got := cli("list-tables", "--output", "text"); !strings.Contains(got, "cli") {
		t.Errorf("list-tables: %s", got)
	}
	cmd := exec.Command(python, "-m", "awscli", "dynamodb", "describe-table", "--table-name", "nowhere")
	cmd.Env = clientEnvironment(url)
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "(ResourceNotFoundException)") {
		t.Errorf("a table that is not there: %v %s", err, out)
	}
}

func runGoSDK(t *testing.T, url string) {
	client := dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")})
	ctx := t.Context()
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("table"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	put := &dynamodb.PutItemInput{
		TableName: aws.String("table"), ConditionExpression: aws.String("attribute_not_exists(pk)"),
		Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "é"}, "pad": &types.AttributeValueMemberS{Value: strings.Repeat("x", 100_000)}},
	}
	if _, err := client.PutItem(ctx, put); err != nil {
		t.Fatal(err)
	}
	var failed *types.ConditionalCheckFailedException
	if _, err := client.PutItem(ctx, put); !errors.As(err, &failed) {
		t.Errorf("the second put: %v", err)
	}
	for range 50 { // keep-alive connections carry on
		if _, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: put.TableName, Key: map[string]types.AttributeValue{"pk": put.Item["pk"]}}); err != nil {
			t.Fatal(err)
		}
	}
}

// runOnHeldFile: the command says what is wrong with its file, and ends with
// exit code 2.
func runOnHeldFile(t *testing.T, binary string) {
	held := filepath.Join(t.TempDir(), "held")
	runLocal(t, binary, "--data", held)
	out, err := exec.Command(binary, "local", "--listen", "127.0.0.1:0", "--data", held).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "another process holds the file") {
		t.Errorf("a file that is held: %v %s", err, out)
	}
}
