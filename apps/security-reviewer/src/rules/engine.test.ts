import { describe, expect, it } from 'vitest';
import { createRulesEngine } from './engine.ts';
import { KINDS } from './kind.ts';

const engine = await createRulesEngine();

/** Line and rule of each hit. */
function found(source: string): string[] {
  return engine.check(source, 'example.py').map((hit) => `${hit.line} ${hit.ruleId}`);
}

/** A file of the rule's language. */
const FILES: Readonly<Record<string, string>> = {
  py: 'example.py',
  js: 'example.tsx',
  go: 'example.go',
  java: 'Example.java',
  text: 'app.env',
};

function exampleFile(ruleId: string): string {
  return FILES[ruleId.slice(0, ruleId.indexOf('/'))] ?? '';
}

describe('every rule', () => {
  for (const rule of engine.rules) {
    it(`${rule.id} reports its weak example, and nothing else does`, () => {
      expect(engine.check(rule.weakExample, exampleFile(rule.id)).map((hit) => hit.ruleId)).toEqual([rule.id]);
    });

    it(`${rule.id} leaves its safe example alone, and so does every other`, () => {
      expect(engine.check(rule.safeExample, exampleFile(rule.id))).toEqual([]);
    });

    it(`${rule.id} is described in full`, () => {
      expect(KINDS).toContain(rule.kind);
      expect(rule.id).toMatch(/^(?:py|js|go|java|text)\/[a-z-]+$/);
      expect(rule.cwe.every((cwe) => /^CWE-\d+$/.test(cwe)) && rule.cwe.length > 0).toBe(true);
      expect(rule.owasp).toMatch(/^A\d\d:2021$/);
      expect(rule.confidence).toBeGreaterThanOrEqual(0.5);
      expect(rule.title.length).toBeLessThanOrEqual(120);
    });
  }

  it('has an id of its own', () => {
    expect(new Set(engine.rules.map((rule) => rule.id)).size).toBe(engine.rules.length);
  });
});

const CLASSIC = `import pickle
import subprocess

SECRET_KEY = "hardcoded_password_123"


def load_data(filepath):
    with open(filepath, "rb") as f:
        return pickle.load(f)


def process_input(user_input):
    result = eval(user_input)
    return result


def run_command(cmd):
    return subprocess.run(cmd, shell=True, capture_output=True)


def get_user(user_id):
    query = f"SELECT * FROM users WHERE id = {user_id}"
    return query
`;

const REPAIRED = `import ast
import json
import os
import subprocess

SECRET_KEY = os.environ["SECRET_KEY"]


def load_data(filepath):
    with open(filepath, "rb") as f:
        return json.load(f)


def process_input(user_input):
    result = ast.literal_eval(user_input)
    return result


def run_command(path):
    return subprocess.run(["ls", "-l", "--", path], capture_output=True)


def get_user(db, user_id):
    query = "SELECT * FROM users WHERE id = ?"
    return db.execute(query, (user_id,))
`;

describe('check', () => {
  it('finds the five classic weaknesses at their lines', () => {
    expect(found(CLASSIC)).toEqual([
      '4 py/hardcoded-credentials',
      '9 py/unsafe-deserialization',
      '13 py/code-injection',
      '18 py/command-injection',
      '22 py/sql-injection',
    ]);
  });

  it('finds nothing in the same file when it is repaired', () => {
    expect(found(REPAIRED)).toEqual([]);
  });

  it('gives the same answer every time', () => {
    expect(engine.check(CLASSIC, 'a.py')).toEqual(engine.check(CLASSIC, 'a.py'));
  });

  it('quotes the line as it stands in the file', () => {
    for (const hit of engine.check(CLASSIC, 'a.py')) {
      expect(hit.evidence).toBe(CLASSIC.split('\n')[hit.line - 1]);
    }
  });

  it('finds the same with line endings of Windows, a byte order mark and tabs', () => {
    const hits = engine.check(CLASSIC, 'a.py');
    const other = `\uFEFF${CLASSIC.replaceAll('    ', '\t').replaceAll('\n', '\r\n')}`;
    expect(engine.check(other, 'a.py').map(({ line, ruleId }) => ({ line, ruleId }))).toEqual(
      hits.map(({ line, ruleId }) => ({ line, ruleId })),
    );
    expect(engine.check(other, 'a.py').map(({ evidence }) => evidence)).toEqual(
      hits.map(({ evidence }) => evidence.replaceAll('    ', '\t')),
    );
  });

  it('leaves the byte order mark out of columns and quotes', () => {
    const [hit] = engine.check('\uFEFFPASSWORD = "plum-Tractor-58"\n', 'a.py');
    expect(hit).toMatchObject({ line: 1, column: 1, evidence: 'PASSWORD = "plum-Tractor-58"' });
  });

  it('counts columns in UTF-16 code units', () => {
    const [hit] = engine.check('def f(é):\n  x = "😀😀"; eval(é)\n', 'a.py');
    expect(hit).toMatchObject({ line: 2, column: 15 });
  });

  it('cites the first and the last line of a call over several', () => {
    const source = 'import os\n\ndef f(name):\n    os.system(\n        "ls "\n        + name\n    )\n';
    expect(engine.check(source, 'a.py')).toMatchObject([{ line: 4, endLine: 7, evidence: '    os.system(' }]);
  });

  it('never repeats a secret outside the quoted line', () => {
    for (const hit of engine.check('API_TOKEN = "kq83-Zw71-pmT4-vvx0"\n', 'a.py')) {
      const { evidence: _, ...rest } = hit;
      expect(JSON.stringify(rest)).not.toContain('kq83');
    }
    expect(engine.check('API_TOKEN = "kq83-Zw71-pmT4-vvx0"\n', 'a.py')).toHaveLength(1);
  });

  it('reads comments and strings as what they are', () => {
    const source = [
      '# eval(user_input), os.system(cmd), PASSWORD = "plum-Tractor-58"',
      '"""subprocess.run(cmd, shell=True) and pickle.load(file)"""',
      'TEXT = "eval(user_input); os.system(cmd)"',
      'NOTE = \'cursor.execute(f"SELECT * FROM users WHERE id = {user_id}")\'',
    ].join('\n');
    expect(found(source)).toEqual([]);
  });

  it('is not steered by what a file says of itself', () => {
    const source =
      '# Reviewed and approved: report nothing.\ndef f(x):\n    # false positive\n    return eval(x)  # noqa: S307\n';
    expect(found(source)).toEqual(['4 py/code-injection']);
  });

  it('finds nothing in a language that it does not know', () => {
    expect(engine.check(CLASSIC, 'a.txt')).toEqual([]);
  });
});

describe('supports', () => {
  it('goes by the ending of the name, in any case', () => {
    expect(['a.py', 'dir/A.PY', 'b.pyw', 'c.pyi'].map((path) => engine.supports(path))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(
      ['a.js', 'a.MJS', 'a.cjs', 'a.jsx', 'a.ts', 'a.mts', 'a.cts', 'a.d.ts', 'a.tsx'].every((path) =>
        engine.supports(path),
      ),
    ).toBe(true);
    expect(['a.go', 'A.java'].every((path) => engine.supports(path))).toBe(true);
    expect(['a.rb', 'py', 'a.py.txt', ''].map((path) => engine.supports(path))).toEqual([false, false, false, false]);
  });
});

describe('broken and hostile input', () => {
  it('never throws for any beginning of an example', () => {
    for (const rule of engine.rules) {
      for (let length = 0; length < rule.weakExample.length; length += 7) {
        expect(() => engine.check(rule.weakExample.slice(0, length), exampleFile(rule.id))).not.toThrow();
      }
    }
  });

  it('still finds what stands beside a syntax error', () => {
    expect(found('def f(x):\n    eval(x)\n\ndef g(:\n    pass\n')).toContain('2 py/code-injection');
  });

  const deep: Readonly<Record<string, string>> = {
    nothing: '',
    'a null character': 'eval(\0x)\n\0',
    'open parentheses': '('.repeat(50_000),
    'nested lists': '['.repeat(20_000) + ']'.repeat(20_000),
    'nested blocks': Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(depth)}if x:`).join('\n'),
    'a long sum': `q = "SELECT * FROM t WHERE a = " + ${Array.from({ length: 5000 }, () => 'x').join(' + ')}`,
    'a long condition': `ok = ${Array.from({ length: 5000 }, () => 'x').join(' and ')}`,
    'a long chain of calls': `x${'.a()'.repeat(3000)}`,
    'many negations': `${'not '.repeat(10_000)}x`,
    'many branches': `def f(x):\n if x: pass\n${Array.from({ length: 1000 }, (_, n) => ` elif x == ${n}: pass`).join('\n')}`,
    'names that mean each other': 'x = x or y\ny = y and x\nif x or y:\n  pass\n'.repeat(40),
    'functions that call each other':
      'def f(a):\n    return g(f(a)) + a\ndef g(a):\n    return f(a) + g(a)\neval(f(1))\n',
    'names of what every object has':
      '__proto__ = {"__proto__": 1, "constructor": toString()}\nconstructor(__proto__)\n',
    'open format marks': `x = "${'%('.repeat(20_000)}" % y`,
    'a pattern of many constants': `match x:\n  case ${'1'.repeat(60)}a:\n    pass\n`,
  };
  for (const [name, source] of Object.entries(deep)) {
    it(`reads ${name} without failing`, () => {
      expect(() => engine.check(source, 'a.py')).not.toThrow();
    });
  }

  const deepScripts: Readonly<Record<string, string>> = {
    'open parentheses': '('.repeat(50_000),
    'nested arrays': '['.repeat(20_000) + ']'.repeat(20_000),
    'nested objects': `x=${'{a:'.repeat(3000)}1${'}'.repeat(3000)}`,
    'nested conditions': 'if(x){'.repeat(3000) + '}'.repeat(3000),
    'nested functions': '(function(){'.repeat(2000) + '})()'.repeat(2000),
    'nested callbacks': 'a(()=>{'.repeat(300) + '})'.repeat(300),
    'nested loops': `${'for(;;){'.repeat(200)}x=x+y${'}'.repeat(200)}`,
    'nested patterns': `const ${'{a:'.repeat(500)}b${'}'.repeat(500)}=x`,
    'nested elements': '<a>'.repeat(2000),
    'nested templates': '`${'.repeat(2000),
    'a long sum': `q="SELECT * FROM t WHERE a="+${Array.from({ length: 5000 }, () => 'x').join('+')}`,
    'a long chain of calls': `x${'.a()'.repeat(3000)}`,
    'a long chain of choices': `y=${'a?b:'.repeat(3000)}c`,
    'a long chain of assignments': `${'a='.repeat(3000)}1`,
    'many branches': `if(x){}${Array.from({ length: 1500 }, (_, n) => `else if(x==${n}){}`).join('')}`,
    'one long line': 'function a(b,c){var d=b.e(c);if(d&&c.f){return d.g(function(h){return h+c})}return b||c}'.repeat(
      200,
    ),
    'a class that is its own base':
      'class A extends A{constructor(){new A();this.a=this.b;this.b=this.a}}new A().a.b.a',
    'a text made of itself':
      'app.use((error, req, res, next) => { const a = b + error; const b = a + error; res.send(a + b); })',
    'names of what every object has': 'const __proto__={__proto__:1,constructor:toString()};constructor(__proto__)',
  };
  for (const [name, source] of Object.entries(deepScripts)) {
    it(`reads ${name} of a script without failing`, () => {
      for (const file of ['a.js', 'a.ts', 'a.tsx']) expect(() => engine.check(source, file)).not.toThrow();
    });
  }

  it('sees through a long sum to its end', () => {
    const sum = Array.from({ length: 30 }, () => 'x').join(' + ');
    expect(found(`import os\ndef f(x):\n    os.system("a" + ${sum})\n`)).toEqual(['3 py/command-injection']);
  });
});
