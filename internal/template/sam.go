package template

import (
	"path"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// function reads the policies that SAM makes the role of a function, or of a
// state machine, from. With a Role of its own SAM ignores them.
func (s *stack) function(m *policy.Member, p *policy.Node) {
	if get(p, "Role") != nil || get(s.functionGlobal, "Role") != nil {
		return
	}
	o := s.owner(Function, m, "FunctionName")
	o.Code = codeOf(s.scope, s.ofFunction(p, "CodeUri"), s.ofFunction(p, "Handler"))
	s.trust(o, get(p, "AssumeRolePolicyDocument"))
	boundary := get(p, "PermissionsBoundary")
	if boundary == nil {
		boundary = get(s.functionGlobal, "PermissionsBoundary")
	}
	for _, b := range s.references(boundary) {
		s.attach(s.scope, o, Boundary, b, s.format)
	}
	for _, e := range s.elements(get(p, "Policies")) {
		s.samPolicy(o, &e)
	}
}

// ofFunction is a function's setting, or that of all functions.
func (s *stack) ofFunction(p *policy.Node, name string) string {
	if v := get(p, name); v != nil {
		return s.text(v)
	}
	return s.text(get(s.functionGlobal, name))
}

// codeOf is the path of a handler's module: template says where a folder is from,
// folder where the handler is.
func codeOf(template, folder, handler string) string {
	i := strings.LastIndexByte(handler, '.')
	if i <= 0 || marked(handler) || marked(folder) || strings.Contains(folder, "://") {
		return ""
	}
	return path.Join(path.Dir(template), folder, strings.ReplaceAll(handler[:i], ".", "/"))
}

// samPolicy is a statement list, a policy template, or the name or ARN of a
// managed policy.
func (s *stack) samPolicy(o *owner, e *policy.Node) {
	if _, call := intrinsic(e); call || e.Kind != policy.Object {
		s.attach(s.scope, o, Managed, text(s.referent(e), e.Location), s.format)
		return
	}
	if get(e, "Statement") != nil {
		o.hold(held{name: "inline", kind: Inline, format: s.format, document: s.documentOf(e), at: e.Location})
		return
	}
	for i := range e.Members {
		t := &e.Members[i]
		h := held{name: t.Name, kind: Inline, format: s.format, at: t.At}
		switch {
		case samTemplates[t.Name] != nil:
			h.document = s.expanded(samTemplates[t.Name], t.At, func(variable string) policy.Node {
				if v := get(&t.Value, variable); v != nil {
					return s.resolved(v)
				}
				return s.unknown(t.At, variable, "the policy template's parameter is not given")
			})
		case slices.Contains(samOthers, t.Name):
			continue // it reaches nothing of DynamoDB, nor a key
		default:
			h.document = s.unknown(t.At, t.Name, "no policy template of SAM's that is known")
		}
		o.hold(h)
	}
}

// samStatement is a statement of one of SAM's policy templates. The words in
// braces are the template's parameters.
type samStatement struct {
	actions   []string
	resources []string // behind arn:PARTITION:SERVICE:REGION:ACCOUNT:
}

var (
	samTable = []string{"dynamodb:table/{TableName}", "dynamodb:table/{TableName}/index/*"}
	samRead  = []string{"GetItem", "Scan", "Query", "BatchGetItem"}
)

// samTemplates are the templates that reach DynamoDB, and those for keys.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
// as aws-sam-translator 1.115.0 writes them out.
var samTemplates = map[string][]samStatement{
	"DynamoDBReadPolicy": {{append(slices.Clone(samRead), "DescribeTable"), samTable}},
	"DynamoDBCrudPolicy": {{
		[]string{"GetItem", "DeleteItem", "PutItem", "Scan", "Query", "UpdateItem", "BatchWriteItem", "BatchGetItem", "DescribeTable", "ConditionCheckItem"},
		samTable,
	}},
	"DynamoDBWritePolicy":       {{[]string{"PutItem", "UpdateItem", "BatchWriteItem"}, samTable}},
	"DynamoDBReconfigurePolicy": {{[]string{"UpdateTable"}, samTable[:1]}},
	"DynamoDBStreamReadPolicy": {
		{[]string{"DescribeStream", "GetRecords", "GetShardIterator"}, []string{"dynamodb:table/{TableName}/stream/{StreamName}"}},
		{[]string{"ListStreams"}, []string{"dynamodb:table/{TableName}/stream/*"}},
	},
	"DynamoDBBackupFullAccessPolicy": {
		{[]string{"CreateBackup", "DescribeContinuousBackups"}, samTable[:1]},
		{[]string{"DeleteBackup", "DescribeBackup", "ListBackups"}, []string{"dynamodb:table/{TableName}/backup/*"}},
	},
	"DynamoDBRestoreFromBackupPolicy": {
		{[]string{"RestoreTableFromBackup"}, []string{"dynamodb:table/{TableName}/backup/*"}},
		{[]string{"PutItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Scan", "BatchWriteItem"}, samTable[:1]},
	},
	"KMSDecryptPolicy": {{[]string{"Decrypt"}, []string{"kms:key/{KeyId}"}}},
	"KMSEncryptPolicy": {{[]string{"Encrypt"}, []string{"kms:key/{KeyId}"}}},
	"KMSEncryptPolicy_v2": {{
		[]string{"Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"},
		[]string{"kms:key/{KeyId}"},
	}},
}

// samOthers are SAM's other policy templates.
var samOthers = strings.Fields(`
AMIDescribePolicy AWSSecretsManagerGetSecretValuePolicy AWSSecretsManagerRotationPolicy AcmGetCertificatePolicy AthenaQueryPolicy
CloudFormationDescribeStacksPolicy CloudWatchDashboardPolicy CloudWatchDescribeAlarmHistoryPolicy CloudWatchPutMetricPolicy CodeCommitCrudPolicy
CodeCommitReadPolicy CodePipelineLambdaExecutionPolicy CodePipelineReadOnlyPolicy ComprehendBasicAccessPolicy CostExplorerReadOnlyPolicy
EC2CopyImagePolicy EC2DescribePolicy EFSWriteAccessPolicy EKSDescribePolicy EcsRunTaskPolicy ElasticMapReduceAddJobFlowStepsPolicy
ElasticMapReduceCancelStepsPolicy ElasticMapReduceModifyInstanceFleetPolicy ElasticMapReduceModifyInstanceGroupsPolicy
ElasticMapReduceSetTerminationProtectionPolicy ElasticMapReduceTerminateJobFlowsPolicy ElasticsearchHttpPostPolicy EventBridgePutEventsPolicy
FilterLogEventsPolicy FirehoseCrudPolicy FirehoseWritePolicy KinesisCrudPolicy KinesisStreamReadPolicy LambdaInvokePolicy
MobileAnalyticsWriteOnlyAccessPolicy OrganizationsListAccountsPolicy PinpointEndpointAccessPolicy PollyFullAccessPolicy RekognitionDetectOnlyPolicy
RekognitionFacesManagementPolicy RekognitionFacesPolicy RekognitionLabelsPolicy RekognitionNoDataAccessPolicy RekognitionReadPolicy
RekognitionWriteOnlyAccessPolicy Route53ChangeResourceRecordSetsPolicy S3CrudPolicy S3FullAccessPolicy S3ReadPolicy S3WritePolicy
SESBulkTemplatedCrudPolicy SESBulkTemplatedCrudPolicy_v2 SESCrudPolicy SESEmailTemplateCrudPolicy SESSendBouncePolicy SNSCrudPolicy
SNSPublishMessagePolicy SQSPollerPolicy SQSSendMessagePolicy SSMParameterReadPolicy SSMParameterWithSlashPrefixReadPolicy
SageMakerCreateEndpointConfigPolicy SageMakerCreateEndpointPolicy ServerlessRepoReadWriteAccessPolicy StepFunctionsCallbackPolicy
StepFunctionsExecutionPolicy StepFunctionsExecutionPolicy_v2 TextractDetectAnalyzePolicy TextractGetResultPolicy TextractPolicy VPCAccessPolicy
`)

// connectorActions are what a SAM connector to a table grants its source.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
var connectorActions = map[string][]string{
	"Read":  {"GetItem", "Query", "Scan", "BatchGetItem", "ConditionCheckItem", "PartiQLSelect"},
	"Write": {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLDelete", "PartiQLInsert", "PartiQLUpdate"},
}

var streamActions = []string{"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}

// expanded writes a policy template out, with every part placed where the
// template is named.
func (s *stack) expanded(statements []samStatement, at finding.Location, value func(string) policy.Node) policy.Node {
	list := policy.Node{Kind: policy.List, Location: at}
	for _, st := range statements {
		service, _, _ := strings.Cut(st.resources[0], ":")
		actions, resources := policy.Node{Kind: policy.List, Location: at}, policy.Node{Kind: policy.List, Location: at}
		for _, a := range st.actions {
			actions.Elements = append(actions.Elements, text(service+":"+a, at))
		}
		for _, res := range st.resources {
			_, res, _ = strings.Cut(res, ":")
			for {
				before, rest, found := strings.Cut(res, "{")
				if !found {
					break
				}
				name, after, _ := strings.Cut(rest, "}")
				v := value(name)
				if v.Kind != policy.String && v.Kind != policy.Number {
					v = s.unknown(at, name, "it is no text")
				}
				res = before + strings.ReplaceAll(v.Text, "{", "") + after
			}
			resources.Elements = append(resources.Elements, text("arn:"+s.options.Partition+":"+service+":"+s.options.Region+":"+s.options.Account+":"+res, at))
		}
		list.Elements = append(list.Elements, allow(at, actions, resources))
	}
	return object(at, member("Version", text(policy.Version2012, at)), member("Statement", list))
}

func allow(at finding.Location, actions, resources policy.Node) policy.Node {
	return object(at, member("Effect", text("Allow", at)), member("Action", actions), member("Resource", resources))
}

// connector reads the grants between a table and something else.
func (s *stack) connector(name string, source, destination, permissions *policy.Node) {
	from, to := s.end(source), s.end(destination)
	var names []string
	for _, p := range each(permissions) {
		names = append(names, str(&p))
	}
	switch {
	case to.table:
		var actions []string
		for _, p := range names {
			actions = append(actions, connectorActions[p]...)
		}
		s.connected(name, from, to, actions, "", "/index/*")
	case from.table:
		s.connected(name, to, from, streamActions, "/stream/*")
	}
}

// connected holds a connector's policy for the side that is no table.
func (s *stack) connected(name string, who, table end, actions []string, suffixes ...string) {
	if who.id == "" && who.role == "" {
		s.notice(who.at, "this connector's source is not in the template: who gets its grants is unknown")
	}
	at := who.at
	list, resources := policy.Node{Kind: policy.List, Location: at}, policy.Node{Kind: policy.List, Location: at}
	for _, a := range actions {
		list.Elements = append(list.Elements, text("dynamodb:"+a, at))
	}
	for _, suffix := range suffixes {
		resources.Elements = append(resources.Elements, text(table.arn+suffix, at))
	}
	o := s.principal(s.scope, Function, who.id, "", at)
	if who.role != "" {
		o = s.holder(Role, &policy.Node{Kind: policy.String, Text: who.role, Location: at})
	}
	statements := policy.Node{Kind: policy.List, Location: at, Elements: []policy.Node{allow(at, list, resources)}}
	o.hold(held{
		name: name, kind: Managed, format: s.format, at: at,
		document: object(at, member("Version", text(policy.Version2012, at)), member("Statement", statements)),
	})
}

// end is a side of a connector.
type end struct {
	id, role, arn string
	table         bool
	at            finding.Location
}

func (s *stack) end(n *policy.Node) end {
	if n == nil {
		return end{}
	}
	out := end{id: s.text(get(n, "Id")), arn: s.text(get(n, "Arn")), at: n.Location}
	if id := get(n, "Id"); id != nil {
		out.at = id.Location
	}
	kind := str(get(n, "Type"))
	if r := s.index[out.id]; r != nil {
		kind = str(get(r, "Type"))
		if role := get(r, "Properties", "Role"); role != nil {
			out.role = s.referent(role)
		}
	}
	if kind == "AWS::DynamoDB::Table" || kind == "AWS::Serverless::SimpleTable" {
		out.table = true
		if s.index[out.id] != nil {
			a := s.attribute(out.id, "Arn", out.at, 0)
			out.arn = a.Text
		}
	}
	return out
}
