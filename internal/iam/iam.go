// Package iam writes the least IAM policy that a contract needs, and finds what
// given policies grant beyond it.
//
// What a contract needs is what package plan says its routes send, so that the
// policy cannot drift from the requests. What a policy grants is what package
// policy's evaluator says of a witness: a request. This package never calls AWS,
// and changes nothing.
package iam

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

// Mode is who holds the credentials.
type Mode string

// The modes.
const (
	// ServiceRole is one role for the process: it enforces ownership itself.
	ServiceRole Mode = "service-role"
	// Vended are sessions per principal with session tags: DynamoDB enforces
	// ownership of the partition.
	Vended Mode = "vended"
)

// Product is the command whose requests are granted.
type Product string

// The products.
const (
	Serve Product = "serve"
	Guard Product = "guard"
)

// Options say for what a policy is written.
type Options struct {
	Contract *contract.Contract
	Mode     Mode
	For      Product
	Account  string // 12 digits, or a reference of the output's format
	Region   string // or a reference
	// Table gives a table's physical name; nil takes the logical one.
	Table   func(logical string) string
	KMSKeys []string // ARNs of customer-managed keys
	Startup bool     // what the check at start reads
	// SideDoors asks for a policy that denies the other ways to the same data.
	SideDoors bool
	// Principal is the role's ARN that resource-based policies name; "" writes
	// none.
	Principal string
	// Broker is the ARN of the role that vends sessions, for the trust policy.
	Broker string
	// IDTag is the session tag with the principal's id; default user_id.
	IDTag string
	// VerifiedBy says what verifies an identity that the contract takes from a
	// header alone: without it there is no policy for vended sessions.
	VerifiedBy string
}

var (
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)
	tableForm   = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)
	tagForm     = regexp.MustCompile(`^[a-zA-Z0-9_.:/=+@ -]{1,128}$`)
)

// references that CloudFormation puts values for.
const (
	AccountReference = "${AWS::AccountId}"
	RegionReference  = "${AWS::Region}"
)

func (o *Options) check() error {
	switch {
	case o.Mode != ServiceRole && o.Mode != Vended:
		return errors.New("the mode is service-role or vended")
	case o.For != Serve && o.For != Guard:
		return errors.New("the product is serve or guard")
	case o.Account != AccountReference && !accountForm.MatchString(o.Account):
		return errors.New("the account is 12 digits")
	case o.Region != RegionReference && !regionForm.MatchString(o.Region):
		return errors.New("the region is one such as eu-west-1")
	}
	if o.IDTag == "" {
		o.IDTag = "user_id"
	}
	if !tagForm.MatchString(o.IDTag) {
		return errors.New("a session tag's name is up to 128 letters, digits, spaces and _.:/=+-@")
	}
	for _, t := range o.Contract.Tables {
		if !tableForm.MatchString(o.physical(t)) {
			return fmt.Errorf("table %s: %q is no name of a DynamoDB table", t.Name, o.physical(t))
		}
	}
	for _, arn := range o.KMSKeys {
		if !strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":kms:") || !strings.Contains(arn, ":key/") || strings.ContainsAny(arn, "*?") {
			return errors.New("a KMS key is given by its ARN, arn:aws:kms:REGION:ACCOUNT:key/ID: an alias in a policy grants nothing")
		}
	}
	for name, arn := range map[string]string{"principal": o.Principal, "broker": o.Broker} {
		if arn != "" && (!strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":iam::") || strings.ContainsAny(arn, "*?")) {
			return fmt.Errorf("the %s is an IAM ARN without wildcards, such as arn:aws:iam::111122223333:role/app", name)
		}
	}
	if o.Mode == Vended && o.VerifiedBy == "" && !verified(o.Contract) {
		return errors.New("nothing in the contract verifies the identity: a header is what its sender says. " +
			"A session that carries it as a tag would open whatever key a caller names. " +
			"Use an identity source that verifies, or say what does with --verified-by")
	}
	return nil
}

// verified reports whether every source of the contract proves who asks.
func verified(c *contract.Contract) bool {
	return !slices.ContainsFunc(c.Identity.Sources, func(s *contract.Source) bool {
		return s.Header != nil && s.Header.Secret == nil && !s.Header.MutualTLS
	})
}

// partition is the AWS partition of the region.
func (o *Options) partition() string {
	switch {
	case o.Region == RegionReference:
		return "${AWS::Partition}"
	case strings.HasPrefix(o.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(o.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func (o *Options) tableARN(t *contract.Table) string {
	return "arn:" + o.partition() + ":dynamodb:" + o.Region + ":" + o.Account + ":table/" + o.physical(t)
}

func (o *Options) physical(t *contract.Table) string {
	if o.Table == nil {
		return t.Name
	}
	return o.Table(t.Name)
}
