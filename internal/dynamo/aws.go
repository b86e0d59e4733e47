package dynamo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/logging"
)

// Account says which account and region of AWS to use. What is empty comes from
// the SDK's own chain.
type Account struct {
	Region  string
	Profile string // of ~/.aws/config
	// Endpoint is Config.Endpoint. On loopback no credentials are needed, and
	// the instance metadata service is not asked for any.
	Endpoint string
}

// localRegion stands in the signature for an engine on this machine.
const localRegion = "us-east-1"

// Engines on this machine want a signature and don't check it.
var dummyCredentials = credentials.NewStaticCredentialsProvider("local", "local", "")

var (
	errNoRegion = errors.New("no AWS region: give --region, or set AWS_REGION, or a region in the profile; " +
		"for an engine on this machine give --endpoint http://127.0.0.1:8000")
	errNoCredentials = errors.New("no AWS credentials: set AWS_PROFILE (after `aws sso login`, where the profile uses SSO), " +
		"or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached")
)

// toLog takes what the SDK has to say to the process's log, which redacts; of its
// own it writes to the standard error output.
func toLog(level logging.Classification, format string, args ...any) {
	text := fmt.Sprintf("AWS SDK: "+format, args...)
	if level == logging.Debug {
		slog.Debug(text)
	} else {
		slog.Warn(text)
	}
}

// LoadAWS resolves region and credentials as every AWS tool does: environment,
// profiles, SSO, web identity, container and instance roles. It fetches
// credentials once, so that a missing one fails here with a text for the
// operator and not at the first request.
func LoadAWS(ctx context.Context, from Account) (aws.Config, error) {
	local := false
	for _, endpoint := range []string{from.Endpoint, os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), os.Getenv("AWS_ENDPOINT_URL")} {
		if endpoint == "" {
			continue
		}
		u, err := parseEndpoint(endpoint)
		if err != nil {
			return aws.Config{}, err
		}
		local = isLoopback(u.Hostname())
		break
	}

	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	options := []func(*config.LoadOptions) error{config.WithRegion(from.Region), config.WithLogger(logging.LoggerFunc(toLog))}
	if from.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(from.Profile))
	}
	if local {
		options = append(options, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		if !local {
			return aws.Config{}, errNoRegion
		}
		cfg.Region = localRegion
	}
	if cfg.Credentials == nil {
		err = errors.New("none found")
	} else {
		_, err = cfg.Credentials.Retrieve(ctx)
	}
	switch {
	case err == nil:
	case local:
		cfg.Credentials = dummyCredentials
	default:
		return aws.Config{}, fmt.Errorf("%w (%w)", errNoCredentials, err)
	}
	return cfg, nil
}
