from aws_cdk import Stack, aws_dynamodb as dynamodb, aws_iam as iam, aws_lambda as lambda_, aws_s3 as s3


class NotesStack(Stack):
    def __init__(self, scope, name, **options):
        super().__init__(scope, name, **options)
        table = dynamodb.Table(self, "Notes", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING))
        bucket = s3.Bucket(self, "Pictures")
        function = lambda_.Function(self, "App", runtime=lambda_.Runtime.PYTHON_3_12, handler="app.app", code=lambda_.Code.from_asset("."))
        table.grant_full_access(function)  # want iam-broad-actions
        table.grant_read_write_data(function)  # want iam-unused-actions
        table.grant(function, "dynamodb:GetItem", "dynamodb:PutItem")
        bucket.grant_read_write(function)
        function.add_to_role_policy(iam.PolicyStatement(
            actions=["dynamodb:GetItem", "dynamodb:DeleteTable"],  # want iam-unused-actions
            resources=[table.table_arn],
        ))
        function.add_to_role_policy(iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=["*"],  # want iam-wildcard-resource
        ))
        function.add_to_role_policy(iam.PolicyStatement(effect=iam.Effect.DENY, actions=["dynamodb:*"], resources=["*"]))
        function.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("AmazonDynamoDBReadOnlyAccess"))  # want iam-broad-actions
