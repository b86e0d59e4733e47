package dynamo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func awsKeys() aws.Config { return aws.Config{Region: "eu-west-1", Credentials: dummyCredentials} }

// noAWS takes every source of configuration of this machine away.
func noAWS(t *testing.T) (home string) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	home = t.TempDir()
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, "credentials"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return home
}

func TestTheEnvironmentGivesRegionAndCredentials(t *testing.T) {
	noAWS(t)
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "x")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "y")
	cfg, err := LoadAWS(t.Context(), Account{})
	if err != nil || cfg.Region != "eu-west-1" {
		t.Fatalf("%s, %v", cfg.Region, err)
	}
	if keys, err := cfg.Credentials.Retrieve(t.Context()); err != nil || keys.AccessKeyID != "x" {
		t.Fatal(err)
	}
	if cfg, err = LoadAWS(t.Context(), Account{Region: "eu-central-1"}); err != nil || cfg.Region != "eu-central-1" {
		t.Fatalf("the flag's region: %s, %v", cfg.Region, err)
	}
	if _, err = New(Config{AWS: cfg}); err != nil {
		t.Fatal(err)
	}
}

func TestAProfileGivesRegionAndCredentials(t *testing.T) {
	home := noAWS(t)
	text := "[profile shop]\nregion = eu-north-1\naws_access_key_id = p\naws_secret_access_key = q\n"
	if err := os.WriteFile(filepath.Join(home, "config"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadAWS(t.Context(), Account{Profile: "shop"})
	if err != nil || cfg.Region != "eu-north-1" {
		t.Fatalf("%s, %v", cfg.Region, err)
	}
	if _, err := LoadAWS(t.Context(), Account{Profile: "none"}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Fatalf("a profile that is not there: %v", err)
	}
}

func TestWhatIsMissingIsNamedWithItsMend(t *testing.T) {
	noAWS(t)
	if _, err := LoadAWS(t.Context(), Account{}); err == nil || !strings.Contains(err.Error(), "--region") {
		t.Errorf("no region: %v", err)
	}
	if _, err := LoadAWS(t.Context(), Account{Region: "eu-west-1"}); err == nil || !strings.Contains(err.Error(), "AWS_PROFILE") {
		t.Errorf("no credentials: %v", err)
	}
	if _, err := LoadAWS(t.Context(), Account{Endpoint: "http://10.0.0.1:8000"}); err == nil {
		t.Error("an endpoint elsewhere needs both")
	}
	if _, err := LoadAWS(t.Context(), Account{Endpoint: "nonsense"}); err == nil {
		t.Error("no endpoint")
	}
}

func TestAnEngineOnThisMachineNeedsNoAccount(t *testing.T) {
	noAWS(t)
	for name, load := range map[string]func() (aws.Config, error){
		"flag": func() (aws.Config, error) { return LoadAWS(t.Context(), Account{Endpoint: "http://127.0.0.1:8000"}) },
		"environment": func() (aws.Config, error) {
			t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000")
			return LoadAWS(t.Context(), Account{})
		},
	} {
		cfg, err := load()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if keys, err := cfg.Credentials.Retrieve(t.Context()); err != nil || keys.AccessKeyID == "" || cfg.Region == "" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := New(Config{AWS: cfg, Endpoint: "http://127.0.0.1:8000"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
