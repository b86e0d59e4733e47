import { Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";

export class NotesStack extends Stack {
  constructor(scope: any, id: string) {
    super(scope, id);
    const table = new dynamodb.Table(this, "Notes", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING } });
    const fn = this.make("api/app.handler");
    // table.grantFullAccess(fn);
    /* table.grantFullAccess(fn); */
    table.grantFullAccess(fn);
    table.grantReadData(fn);
    fn.addToRolePolicy(new iam.PolicyStatement({
      actions: ["dynamodb:GetItem"],
      resources: [table.tableArn],
    }));
    fn.addToRolePolicy(new iam.PolicyStatement({
      actions: ["dynamodb:GetItem", "dynamodb:DeleteTable"],
      resources: ["*"],
    }));
    fn.addToRolePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions: ["dynamodb:*"],
      resources: ["*"],
    }));
    fn.role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName("AmazonDynamoDBFullAccess")); // as long as we migrate
  }
}
