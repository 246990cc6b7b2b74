import { expect, test } from 'vitest';
import { parsePolicyFile } from './parse-policy-file.ts';

function problemsOf(text: string): readonly string[] {
  const read = parsePolicyFile(text);
  return 'simulate' in read ? [] : read.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test.each<[name: string, text: string, problem: RegExp]>([
  ['an empty file', '', /^1:1 A policy file must be a mapping with version, .*, got nothing/],
  ['comments only', '# nothing\n', /^1:1 A policy file must be a mapping/],
  ['a list', '- Bash\n', /^1:1 A policy file must be a mapping .* got a list/],
  ['a text', 'deny\n', /^1:1 A policy file must be a mapping .* got "deny"/],
  ['JSON cut off', '{"deny": [', /^1:11 This is not valid YAML/],
  [
    'an unknown field',
    'version: 1\ndney:\n  - Bash\n',
    /^2:1 A policy file has no field "dney"\. Did you mean "deny"\?/,
  ],
  ['a far field', 'rules: []\n', /^1:1 A policy file has no field "rules"\. The fields are version, /],
  ['a field in capitals', 'Deny: []\n', /^1:1 .*Did you mean "deny"\?/],
  ['a number as a field', '1: 2\n', /^1:1 Expected the name of a field, got 1/],
  ['a list as a field', '? [a]\n: b\n', /^1:3 Expected the name of a field, got a list/],
  ['a duplicate field', 'deny: []\nask: []\ndeny: []\n', /^3:1 The same key stands twice/],
  ['a duplicate in a rule', 'deny:\n  - tool: Bash\n    tool: Exec\n    args: { a: b }\n', /^3:5 The same key/],
  ['a field without value', 'deny:\n', /^1:1 The field "deny" has no value/],
  ['a version to come', 'version: 2\n', /^1:10 Expected the version 1, .* got 2/],
  ['a version as text', 'version: "1"\n', /^1:10 Expected the version 1, .* got "1"/],
  ['rules as a text', 'deny: Bash\n', /^1:7 Expected `deny` to be a list of rules, got "Bash"/],
  ['rules as a mapping', 'ask:\n  Bash: true\n', /^2:3 Expected `ask` to be a list of rules, got a mapping/],
  ['a number as a rule', 'deny:\n  - Bash\n  - 3\n', /^3:5 Expected a rule as text, .* got 3/],
  ['a boolean as a rule', 'deny: [true]\n', /^1:8 Expected a rule as text, .* got true/],
  ['nothing as a rule', 'deny:\n  - Bash\n  -\n', /^3:4 Expected a rule as text, .* got nothing/],
  ['a list as a rule', 'deny:\n  - [Bash]\n', /^2:5 Expected a rule as text, .* got a list/],
  ['an unquoted star', 'deny:\n  - *\n', /^2:5 .*goes into quotes, as in "\*"/],
  ['an alias as a rule', 'deny:\n  - *all\n', /^2:5 Aliases are not supported/],
  ['an anchor', 'deny: &all\n  - Bash\n', /^2:3 Anchors are not supported, got &all/],
  ['an anchor and its alias', 'deny: [&a Bash]\nask: [*a]\n', /^1:11 Anchors are not supported/],
  ['a bomb of aliases', 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ndeny: [*c]\n', /^1:7 Anchors/],
  ['a merge key', 'deny: []\n<<: { ask: [] }\n', /^2:1 A policy file has no field "<<"/],
  ['a tag', 'deny: !!seq [Bash]\n', /^1:13 Tags are not supported/],
  ['a tag of code', 'deny: [!!js/function "x"]\n', /^1:8 This is not valid YAML: Unresolved tag/],
  ['an own tag', 'deny: !include other.yml\n', /^1:7 This is not valid YAML: Unresolved tag: !include/],
  ['two documents', 'deny: []\n---\nallow: [Bash]\n', /^2:1 A policy file holds one document/],
  ['a tab as indentation', 'deny:\n\t- Bash\n', /^2:1 This is not valid YAML/],
  ['a bracket left open', 'deny: [Bash\nask: []\n', /^2:1 This is not valid YAML: Flow sequence/],
  ['a quote left open', 'deny: ["Bash]\n', /^2:1 This is not valid YAML: Missing closing/],
  ['wrong indentation', 'deny:\n  - Bash\n - Exec\n', /^3:1 This is not valid YAML/],
  ['nesting without end', `deny: ${'['.repeat(20_000)}`, /^1:1 .*nested too deep/],
  ['lists in lists without end', `deny:\n  ${'- '.repeat(20_000)}x`, /^2:\d+ /],
  ['a direction mark', 'deny:\n  - "Edit(a\u202eb)"\n', /^2:12 The character U\+202E does not show/],
  ['a zero-width space', 'deny: [Ba\u200bsh]\n', /^1:10 The character U\+200B does not show/],
  ['a NUL', 'deny: [Bash]\0\n', /^1:13 The character U\+0000 does not show/],
  ['a tag character', 'deny: [Bash] # \u{e0041}\n', /^1:16 The character U\+E0041/],
  ['simulate as text', 'simulate: "true"\n', /^1:11 Expected `simulate` to be true or false, got "true"/],
  ['simulate as yes', 'simulate: yes\n', /^1:11 Expected `simulate` to be true or false, got "yes"/],
  ['a number to extend', 'extends: 3\n', /^1:10 Expected the path of a policy file/],
  ['nothing to extend', 'extends: ""\n', /^1:10 Expected the path of a policy file/],
  ['a mapping to extend', 'extends:\n  - a.yml\n  - { b: c }\n', /^3:5 Expected the path of a policy file/],
  [
    'an unknown default',
    'default: dney\n',
    /^1:10 Expected `default` to be allow, ask, deny, got "dney"\. Did you mean "deny"\?/,
  ],
  ['a default as a number', 'default: 1\n', /^1:10 `default` must be a mapping with read, .*, got 1/],
  ['a default as a list', 'default: [ask]\n', /^1:10 `default` must be a mapping/],
  ['a default of no kind', 'default:\n  exec: deny\n', /^2:3 `default` has no field "exec"/],
  ['a near kind', 'default:\n  reed: deny\n', /^2:3 `default` has no field "reed"\. Did you mean "read"\?/],
  [
    'a default that is none',
    'default:\n  execute: no\n',
    /^2:12 Expected `default.execute` to be allow, ask, deny, got "no"/,
  ],
  ['a default without value', 'default:\n  execute:\n', /^2:3 The field "execute" has no value/],
  ['tools as a list', 'default:\n  tools: [Bash]\n', /^2:10 `default.tools` must be a mapping, got a list/],
  [
    'a tool without decision',
    'default:\n  tools:\n    Bash: never\n',
    /^3:11 Expected `default.tools.Bash` to be allow/,
  ],
  [
    'an argument rule without tool',
    'deny:\n  - args: { command: x }\n',
    /^2:5 A rule about arguments needs the field "tool"/,
  ],
  ['an argument rule without args', 'deny:\n  - tool: Bash\n', /^2:5 A rule about arguments needs the field "args"/],
  [
    'an argument rule with more',
    'deny:\n  - tool: Bash\n    arg: { a: b }\n',
    /^3:5 A rule about arguments has no field "arg"\. Did you mean "args"\?/,
  ],
  ['args as text', 'deny:\n  - tool: Bash\n    args: curl\n', /^3:11 `args` must be a mapping, got "curl"/],
  [
    'a number as a pattern',
    'deny:\n  - tool: Bash\n    args: { port: 443 }\n',
    /^3:19 Expected the pattern of `port` to be a text in quotes, got 443/,
  ],
  [
    'a number as a tool',
    'ask:\n  - tool: 3\n    args: { a: b }\n',
    /^2:11 Expected `tool` to be the name of a tool, got 3/,
  ],
  [
    'a case that is none',
    'deny:\n  - { tool: Bash, args: { a: b }, case: any }\n',
    /^2:41 Expected `case` to be ignore, exact, got "any"/,
  ],
  [
    'an argument rule in allow',
    'allow:\n  - Bash\n  - tool: Bash\n    args: { a: b }\n',
    /^3:5 An allow rule is text: .*cannot allow/,
  ],
])('says where %s is wrong', (_name, text, problem) => {
  expect(problemsOf(text)[0]).toMatch(problem);
});

test('says all that is wrong, from the first line', () => {
  const text = 'simulate: maybe\ndeny: Bash\ndefault:\n  read: never\n  tools:\n    x: 1\nalow: []\n';
  expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['1:11', '2:7', '4:9', '6:8', '7:1']);
});

test('reads every field, and where its rules stand', () => {
  const text = `# What holds everywhere.
version: 1
extends: [base.yml, ../other.yml]
simulate: true
deny:
  - Read(.env*)
  - tool: Bash
    args: { command: '*curl*' }
    case: exact
ask: ["*"]
allow: [ 'Edit(src/**)' ]
default:
  read: allow
  tools: { Deploy: deny }
`;
  expect(parsePolicyFile(text)).toEqual({
    extends: [
      { path: 'base.yml', line: 3, column: 11 },
      { path: '../other.yml', line: 3, column: 21 },
    ],
    simulate: true,
    deny: [
      { rule: 'Read(.env*)', line: 6, column: 5 },
      { rule: { tool: 'Bash', args: { command: '*curl*' }, case: 'exact' }, line: 7, column: 5 },
    ],
    ask: [{ rule: '*', line: 10, column: 7 }],
    allow: [{ rule: 'Edit(src/**)', line: 11, column: 10 }],
    defaults: [
      { subject: { kind: 'read' }, decision: 'allow', text: 'default.read: allow', line: 13, column: 3 },
      { subject: { tool: 'Deploy' }, decision: 'deny', text: 'default.tools.Deploy: deny', line: 14, column: 12 },
    ],
  });
});

test('one word is the default of every kind of access', () => {
  const read = parsePolicyFile('default: ask');
  const kinds = 'defaults' in read ? read.defaults.map(({ subject }) => Object.values(subject)[0]) : [];
  expect(kinds).toEqual(['read', 'write', 'execute', 'network', 'spawn']);
});

test('a file with line ends of Windows has the same places', () => {
  expect(problemsOf('version: 1\r\ndeny: Bash\r\n')[0]).toMatch(/^2:7 /);
  expect(problemsOf('version: 1\r\ndeny: [Bash]\r\n')).toEqual([]);
});
