/**
 * Imports go downwards only. `edges (api cli web) -> client -> (policy kinds ledger)`;
 * `workers -> (workflows activities)`; `activities -> (media ledger policy kinds)`;
 * `workflows -> (policy kinds, types of activities)`; `dev` is the embedded stack, used by cli and tests.
 *
 * `mayImport` lists, per floor, the other floors it may import; whatever is not listed fails. That workflows take
 * only types of activities is checked beside it (tools/check/type-imports.ts): this parser sees no `import type`.
 * For the same reason cycles, of which those of types do no harm, are oxlint's to find.
 */
const mayImport = {
  policy: [],
  kinds: ['policy'],
  config: [],
  media: [],
  ledger: ['policy', 'kinds'],
  outside: ['kinds', 'policy', 'activities'],
  client: ['outside', 'ledger', 'policy', 'kinds', 'config'],
  activities: ['media', 'ledger', 'policy', 'kinds'],
  workflows: ['policy', 'kinds', 'activities'],
  workers: ['outside', 'workflows', 'activities', 'media', 'ledger', 'policy', 'kinds', 'config'],
  dev: ['outside', 'workers', 'ledger', 'policy', 'kinds', 'config'],
  conformance: ['client', 'dev', 'workers', 'activities', 'outside', 'policy', 'kinds', 'config'],
  cli: ['outside', 'client', 'dev', 'workers', 'ledger', 'policy', 'kinds', 'config'],
};

/** Single files that a floor may import although their floor is not listed; each with its reason. */
const exceptions = {
  // Undelivered dispatches are sent on by the control worker: it runs the client's relay.
  workers: ['^client/relay\\.ts$'],
};

const floors = Object.keys(mayImport);
const outside = ['test', 'tools', 'bench'];

const floorRules = floors.map((floor) => ({
  name: `${floor}-imports-downwards`,
  severity: 'error',
  comment: `${floor}/ may import ${[floor, ...mayImport[floor]].join(', ')} and packages.`,
  from: { path: `^${floor}/` },
  to: {
    path: `^(${[...floors, ...outside].join('|')})/`,
    pathNot: [`^(${[floor, ...mayImport[floor]].join('|')})/`, ...(exceptions[floor] ?? [])],
  },
}));

export default {
  forbidden: [
    ...floorRules,
    {
      name: 'policy-imports-nothing',
      severity: 'error',
      comment: 'Decisions are pure: no package, no Node module.',
      from: { path: '^policy/' },
      to: { pathNot: '^policy/' },
    },
    {
      name: 'kinds-do-no-io',
      severity: 'error',
      comment: 'A kind is data: zod for its schemas, nothing that reads or writes.',
      from: { path: '^kinds/' },
      to: { pathNot: ['^(kinds|policy)/', '^(\\.\\./)*node_modules/zod/', '^zod'] },
    },
    {
      name: 'workflows-use-the-workflow-sdk-only',
      severity: 'error',
      comment: 'The sandbox has no Node; zod costs every cached workflow megabytes.',
      from: { path: '^workflows/' },
      to: {
        pathNot: ['^(workflows|policy|kinds|activities)/', 'node_modules/@temporalio/(workflow|common)/'],
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'A file or package that is not there.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-without-development-packages',
      severity: 'error',
      comment: 'What the package ships may not import a devDependency.',
      from: { path: `^(${floors.join('|')})/` },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API: with any other parser the cruise would see no modules and pass.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|examples|node_modules|test/fixtures|test/repo/fixtures|docs|\\.onceflow)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
