import { tmpdir } from 'node:os';
import { AgentError } from '@harness-sdk/core';
import { describe, expect, test } from 'vitest';
import { createPolicy } from './policy.ts';

const root = tmpdir();
const lists = ['allow', 'ask', 'deny'] as const;

function load(list: (typeof lists)[number], rule: string, tools?: readonly string[]): unknown {
  return createPolicy({ root, [list]: [rule], ...(tools === undefined ? {} : { tools }) });
}

describe.each(lists)('in the %s list', (list) => {
  test.each([
    '*',
    'Bash',
    'Bash(*)',
    'Exec',
    'Bash(git diff:*)',
    'Bash(npm run *)',
    'Bash(* --version)',
    "Bash(find . -name '*.bak' -delete)",
    'Bash(find . -exec grep {} \\;)',
    'Exec(node x)',
    'mcp__server__tool',
    'Read',
    'Write',
    'Glob',
    'Read(src/**)',
    'Read(.env)',
    'Edit(/src/*.{ts,tsx})',
    'Write(./a b/c)',
    'Glob(docs)',
    'Grep(**/*.md)',
    'Edit(src/\\[id\\]/page.ts)',
    'Edit(src/(app)/page.ts)',
    'Edit(\\!important)',
    'Edit(\\~/x)',
    `Read(/${root}/x)`,
  ])('takes %j', (rule) => {
    expect(load(list, rule)).toBeDefined();
  });

  test.each([
    ['', /expected "\*", a tool/],
    [' Read', /expected/],
    ['Read ', /expected/],
    ['Read(src', /expected/],
    ['Read src', /expected/],
    ['Bash()', /there is no command in the brackets/],
    ['Bash(:*)', /there is no command in the brackets/],
    ['Bash(git status; ls)', /";" means something to the shell/],
    ['Bash(ls > x)', /">" means something to the shell/],
    ['Bash(echo $HOME)', /"\$" means something to the shell/],
    ['Bash(echo "$HOME")', /"\$" is expanded by the shell/],
    ["Bash(echo 'a)", /' has no end/],
    ['Bash(ls\nrm)', /on one line/],
    [
      'WebFetch(domain:example.com)',
      /only rules about files and commands take something in brackets, and "WebFetch" is not/,
    ],
    ['Task(reviewer)', /only rules about files and commands/],
    ['read(.env)', /names are exact. Did you mean "Read"\?/],
    ['bash', /Did you mean "Bash"\?/],
    ['Read()', /there is no path in the brackets/],
    ['Read(!src/**)', /cannot be negated/],
    ['Read(~root/x)', /"~" is the home directory/],
    ['Read(../x)', /would leave/],
    ['Read(~/../x)', /would leave/],
    ['Read(a**)', /must stand alone/],
    ['Read(*a*b*c*)', /more than 3/],
    ['Read([a)', /has no end/],
    ['Read(+(a|b))', /extended pattern/],
  ])('refuses %j', (rule, message) => {
    const attempt = (): unknown => load(list, rule);
    expect(attempt).toThrow(AgentError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
    expect(attempt).toThrow(`The ${list} rule ${JSON.stringify(rule)} cannot be honoured: `);
    expect(attempt).toThrow(message);
  });

  test('refuses a tool that there is not, with the nearest that there is', () => {
    const tools = ['Read', 'Bash', 'search_docs'];
    expect(() => load(list, 'search_doc', tools)).toThrow(/no tool "search_doc". Did you mean "search_docs"\?/);
    expect(() => load(list, 'Glob', tools)).toThrow(/no tool "Glob"/);
    expect(() => load(list, 'nothing_like_it', tools)).toThrow(/The tools are: Read, Bash, search_docs\./);
    expect(load(list, 'search_docs', tools)).toBeDefined();
  });

  test('takes rules about kinds of access whichever tools there are', () => {
    for (const rule of ['Read', 'Edit', 'Write', 'Glob(src/**)', 'Edit(src/**)', '*']) {
      expect(load(list, rule, ['my_tool'])).toBeDefined();
    }
  });

  test('takes a tool of one’s own that is called like a built-in one in small letters', () => {
    expect(load(list, 'read', ['read'])).toBeDefined();
  });
});

describe('an allow rule that could never allow', () => {
  test('for a directory is refused, because what is in it would not be covered', () => {
    expect(() => load('allow', 'Edit(src/)')).toThrow(/end it with "\/\*\*"/);
    expect(load('deny', 'Edit(src/)')).toBeDefined();
  });

  test.each(['Read(//etc/passwd)', 'Read(~/.ssh/**)', 'Edit(//{etc,usr}/x)'])(
    'for a place outside the workspace is about commands: %s',
    (rule) => {
      expect(createPolicy({ root, home: '/nobody', allow: [rule] })).toBeDefined();
    },
  );

  test('is taken where a wildcard may lead into the workspace', () => {
    expect(createPolicy({ root, home: '/', allow: ['Read(//**/notes.md)', 'Read(~/*/x)'] })).toBeDefined();
  });

  test('may stand in a deny list, where it does no harm', () => {
    expect(createPolicy({ root, home: '/nobody', deny: ['Read(~/.ssh/**)', 'Read(//etc/**)'] })).toBeDefined();
  });
});
