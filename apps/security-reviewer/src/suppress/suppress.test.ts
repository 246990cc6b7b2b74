import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../finding.ts';
import { sampleFinding } from '../report/sample-result.ts';
import { createRulesEngine, type RulesEngine } from '../rules/engine.ts';
import { applyDirectives } from './apply-directives.ts';
import { readDirectives, type FileDirectives } from './read-directives.ts';

let engine: RulesEngine;

beforeAll(async () => {
  engine = await createRulesEngine();
});

function directivesOf(file: string, source: string): FileDirectives {
  return readDirectives({ file, source, commentsOf: () => engine.commentsOf(source, file) });
}

/** Lines that the directives of a source are about. */
function targetsIn(file: string, source: string): number[] {
  return directivesOf(file, source).directives.map(({ target }) => target);
}

const directive = 'security-review-ignore[xss]: why';

describe('a directive is about', () => {
  test.each([
    ['the line of code before it', 'a.py', `x = 1\nrun(x)  # ${directive}\n`, [2]],
    ['the next line, where it stands alone', 'a.py', `x = 1\n# ${directive}\nrun(x)\n`, [3]],
    ['the next line, where it is indented', 'a.py', `def f():\n    # ${directive}\n    run(x)\n`, [3]],
    ['the line below all comments', 'a.py', `# ${directive}\n# and more\n# ${directive}\nrun(x)\n`, [4, 4]],
    ['no line beyond a blank one', 'a.py', `# ${directive}\n\nrun(x)\n`, [2]],
    ['the line of code behind it', 'a.js', `/* ${directive} */ run(x)\n`, [1]],
    ['the line below a comment of several lines', 'a.js', `/**\n * ${directive}\n * more\n */\nrun(x)\n`, [5]],
    ['the next line of JSX', 'a.jsx', `const a = <p>\n  {/* ${directive} */}\n  <b html={x} />\n</p>\n`, [3]],
    ['the next line of Go', 'a.go', `package a\n\nfunc f() {\n\t// ${directive}\n\trun(x)\n}\n`, [5]],
    ['the next line of Rust', 'a.rs', `fn f<'a>() {\n  // ${directive}\n  run(x)\n}\n`, [3]],
    ['a line of settings', 'a.yaml', `a: b # ${directive}\n`, [1]],
    ['a line of SQL', 'a.sql', `select 1 -- ${directive}\n`, [1]],
    ['the next line of HTML', 'a.html', `<!-- ${directive} -->\n<p>\n`, [2]],
    ['a line that ends as in Windows', 'a.py', `x = 1\r\n# ${directive}\r\nrun(x)\r\n`, [3]],
  ])('%s', (_, file, source, targets) => {
    expect(directivesOf(file, source)).toMatchObject({ notices: [] });
    expect(targetsIn(file, source)).toEqual(targets);
  });
});

describe('it is none in', () => {
  test.each([
    ['a text of Python', 'a.py', `x = "# ${directive}"\n`],
    ['a text over several lines', 'a.py', `x = """\n# ${directive}\n"""\n`],
    ['a docstring', 'a.py', `def f():\n    """\n    # ${directive}\n    """\n`],
    ['a template', 'a.js', `const x = \`\n// ${directive}\n\`;\n`],
    ['a regular expression', 'a.js', `const x = /[/]\\/\\/ ${directive.replace(':', '')}: a/;\n`],
    ['the text of an element', 'a.jsx', `const x = <p>// ${directive}</p>;\n`],
    ['a raw text of Go', 'a.go', `package a\n\nvar x = \`\n// ${directive}\n\`\n`],
    ['a text of Java', 'A.java', `class A { String x = "// ${directive}"; }\n`],
    ['a text block of Kotlin', 'a.kt', `val x = """\n// ${directive}\n"""\n`],
    ['a text of a shell', 'a.sh', `x='# ${directive}'\necho $# ${'x'}\n`],
    ['a value of YAML', 'a.yaml', `a: "b # ${directive}"\n`],
    ['an address', 'a.sql', `select 'x--${directive}'\n`],
  ])('%s', (_, file, source) => {
    expect(directivesOf(file, source)).toEqual({ directives: [], notices: [] });
  });
});

describe('what looks like a directive and is none', () => {
  test('suppresses nothing, and is told of with its place', () => {
    expect(directivesOf('a.py', 'x = 1\nrun(x)  # security-review-ignore\n')).toEqual({
      directives: [],
      notices: [
        {
          level: 'error',
          file: 'a.py',
          line: 2,
          message:
            'This comment suppresses nothing: the classes that it is about are missing, in brackets right behind it. Write it as in security-review-ignore[CWE-89]: why it is no weakness.',
        },
      ],
    });
  });

  test('is told of where it is not known how comments are written', () => {
    const { directives, notices } = directivesOf('a.unknown', `x\n# ${directive}\n`);
    expect(directives).toEqual([]);
    expect(notices).toMatchObject([{ level: 'error', file: 'a.unknown', line: 2 }]);
  });
});

test('a reason does not give away the secret that it is about', () => {
  const source = 'KEY = "hunter2hunter2"  # security-review-ignore[CWE-798]: hunter2hunter2 is for tests\n';
  expect(directivesOf('a.py', source).directives).toMatchObject([{ reason: 'hun…(14 characters) is for tests' }]);
});

describe('findings', () => {
  const at = (startLine: number, endLine: number, changes: Partial<Finding> = {}) =>
    sampleFinding({ location: { file: 'a.py', startLine, endLine }, ...changes });
  const about = (classes: readonly string[], target: number) => ({
    file: 'a.py',
    line: target,
    target,
    classes,
    reason: 'why',
  });

  test.each([['CWE-89'], ['sql-injection'], ['py/sql-injection']])('are suppressed by their class %s', (name) => {
    const { findings, suppressed, notices } = applyDirectives([at(3, 3)], [about([name], 3)]);
    expect([findings, notices]).toEqual([[], []]);
    expect(suppressed).toEqual([{ ...at(3, 3), suppressed: { by: 'inline', reason: 'why' } }]);
  });

  test.each([
    ['another class', at(3, 3), about(['xss', 'py/xss', 'CWE-79'], 3)],
    ['a part of its class', at(3, 3), about(['CWE-8'], 3)],
    ['another line', at(3, 3), about(['CWE-89'], 4)],
    ['another file', at(3, 3), { ...about(['CWE-89'], 3), file: 'b.py' }],
  ])('are not suppressed by %s, which is told of', (_, finding, placed) => {
    const { findings, suppressed, notices } = applyDirectives([finding], [placed]);
    expect([findings, suppressed]).toEqual([[finding], []]);
    expect(notices).toMatchObject([{ level: 'warning', file: placed.file, line: placed.line }]);
  });

  test('are suppressed on any of their lines, and only once', () => {
    const { findings, suppressed, notices } = applyDirectives(
      [at(3, 5), at(6, 6)],
      [about(['CWE-89'], 4), about(['CWE-89'], 5)],
    );
    expect([findings.length, suppressed.length, notices.length]).toEqual([1, 1, 0]);
  });
});

test('a hostile comment takes no time that grows faster than it does', () => {
  const spaces = ' '.repeat(300_000);
  const source = `# security-review-ignore[xss]:${spaces}x${spaces}\n${spaces}# a security-review-ignore${spaces}y\nx = 1\n`;
  expect(targetsIn('a.py', source)).toEqual([3]);
  expect(targetsIn('a.rb', source)).toEqual([3]);
});
