import { describe, expect, it } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();

/** Place, rule and confidence of what is found in files that belong together. */
function found(files: Readonly<Record<string, string>>): string[] {
  const given = Object.entries(files).map(([path, source]) => ({ path, source }));
  return [...engine.checkAll(given)].flatMap((one) =>
    (one?.hits ?? []).map(({ line, ruleId, confidence }) => `${one?.path}:${line} ${ruleId} ${confidence}`),
  );
}

const FLASK = 'from flask import Flask, request\n';

describe('Python', () => {
  it('follows a request into a function of another module, to where the dangerous call is made', () => {
    expect(
      found({
        'app/routes.py': `${FLASK}from .store import read\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    return {"text": read(request.args["name"])}\n`,
        'app/store.py': 'def read(name):\n    with open("/srv/" + name) as file:\n        return file.read()\n',
      }),
    ).toEqual(['app/store.py:2 py/path-traversal 0.9']);
  });

  it('follows what a function of another module gives back', () => {
    expect(
      found({
        'place.py': 'def place(name):\n    return "/srv/" + name\n',
        'app.py': `${FLASK}import place\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    with open(place.place(request.args["name"])) as file:\n        return {"text": file.read()}\n`,
      }),
    ).toEqual(['app.py:6 py/path-traversal 0.9']);
  });

  it('trusts a check of another module', () => {
    expect(
      found({
        'checks.py': 'def known(name):\n    if name not in ("a", "b"):\n        raise ValueError(name)\n',
        'app.py': `${FLASK}from checks import known\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    name = request.args["name"]\n    known(name)\n    with open("/srv/" + name) as file:\n        return {"text": file.read()}\n`,
      }),
    ).toEqual([]);
  });

  it('knows the constants of another module', () => {
    expect(
      found({
        'settings.py': 'TABLE = "members"\n',
        'db.py': 'from settings import TABLE\ndef count(db):\n    return db.execute(f"SELECT count(*) FROM {TABLE}")\n',
      }),
    ).toEqual([]);
  });

  it('follows a name that a package hands on', () => {
    expect(
      found({
        'lib/__init__.py': 'from .files import read as load\n',
        'lib/files.py': 'def read(name):\n    return open("/srv/" + name).read()\n',
        'main.py': `${FLASK}from lib import load\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    return {"text": load(request.args["name"])}\n`,
      }),
    ).toEqual(['lib/files.py:2 py/path-traversal 0.9']);
  });

  it('follows a method of an object of another module, and of its base class', () => {
    expect(
      found({
        'base.py': 'class Base:\n    def read(self, name):\n        return open("/srv/" + name).read()\n',
        'store.py': 'from base import Base\nclass Store(Base):\n    pass\nstore = Store()\n',
        'app.py': `${FLASK}from store import store\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    return {"text": store.read(request.args["name"])}\n`,
      }),
    ).toEqual(['base.py:3 py/path-traversal 0.9']);
  });

  it('follows modules that import each other', () => {
    expect(
      found({
        'a.py': `${FLASK}import b\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    return {"text": b.read(request.args["name"])}\n`,
        'b.py': 'import a\ndef read(name):\n    return open("/srv/" + name).read()\n',
      }),
    ).toEqual(['b.py:3 py/path-traversal 0.9']);
  });

  it('takes no file beside a package for a module of the standard library', () => {
    expect(
      found({
        'app/__init__.py': '',
        'app/html.py': 'def escape(text):\n    return text\n',
        'app/views.py': `${FLASK}import html\napp = Flask(__name__)\n@app.get("/")\ndef show():\n    return "<p>" + html.escape(request.args["name"]) + "</p>"\n`,
      }),
    ).toEqual([]);
  });
});

describe('JavaScript', () => {
  const handler = (body: string) => `app.get('/', (req, res) => {\n  ${body}\n});\n`;
  const express = "import express from 'express';\nconst app = express();\n";

  it('follows a request into what another file exports', () => {
    expect(
      found({
        'routes.js': `import { read } from './lib/store.js';\n${express}${handler('res.json(read(req.query.name));')}`,
        'lib/store.ts':
          "import fs from 'node:fs';\nexport function read(name: string) {\n  return fs.readFileSync('/srv/' + name);\n}\n",
      }),
    ).toEqual(['lib/store.ts:3 js/path-traversal 0.9']);
  });

  it('follows require, module.exports and a name taken out of it', () => {
    expect(
      found({
        'routes.js': `const express = require('express');\nconst { read } = require('./store');\nconst app = express();\n${handler('res.json(read(req.query.name));')}`,
        'store.js':
          "const fs = require('fs');\nfunction read(name) {\n  return fs.readFileSync('/srv/' + name);\n}\nmodule.exports = { read };\n",
      }),
    ).toEqual(['store.js:3 js/path-traversal 0.9']);
  });

  it('follows a default export, a name handed on and a whole file handed on', () => {
    const read = (name: string) =>
      `import fs from 'fs';\nexport ${name} (name) {\n  return fs.readFileSync('/srv/' + name);\n}\n`;
    expect(
      found({
        'routes.js': `import one from './one';\nimport { two, three } from './index';\n${express}${handler('res.json([one(req.query.a), two(req.query.b), three(req.query.c)]);')}`,
        'index.js': "export { read as two } from './two';\nexport * from './three';\n",
        'one.js': read('default function one'),
        'two.js': read('function read'),
        'three.js': read('function three'),
      }),
    ).toEqual(['one.js:3 js/path-traversal 0.9', 'two.js:3 js/path-traversal 0.9', 'three.js:3 js/path-traversal 0.9']);
  });

  it('follows a service of another file through its class', () => {
    expect(
      found({
        'routes.ts': `import { Files } from '@/files.service';\n${express}const files = new Files();\n${handler('res.json(files.read(req.query.name));')}`,
        'src/files.service.ts':
          "import fs from 'fs';\nexport class Files {\n  read(name: string) { return fs.readFileSync('/srv/' + name); }\n}\n",
      }),
    ).toEqual(['src/files.service.ts:3 js/path-traversal 0.9']);
  });

  it('trusts what another file has made safe', () => {
    expect(
      found({
        'routes.js': `import fs from 'fs';\nimport { last } from './last';\n${express}${handler("res.json(fs.readFileSync('/srv/' + last(req.query.name)));")}`,
        'last.js': "import path from 'path';\nexport const last = (name) => path.basename(name);\n",
      }),
    ).toEqual([]);
  });
});

describe('Go', () => {
  it('follows a request into another file of its package, and into another package', () => {
    expect(
      found({
        'cmd/main.go':
          'package main\n\nimport (\n\t"net/http"\n\n\t"example.com/app/store"\n)\n\nfunc show(w http.ResponseWriter, r *http.Request) {\n\tread(r.FormValue("a"))\n\tstore.Load(r.FormValue("b"))\n}\n',
        'cmd/read.go': 'package main\n\nimport "os"\n\nfunc read(name string) {\n\tos.ReadFile("/srv/" + name)\n}\n',
        'store/store.go':
          'package store\n\nimport "os"\n\nfunc Load(name string) {\n\tos.ReadFile("/srv/" + name)\n}\n',
      }),
    ).toEqual(['cmd/read.go:6 go/path-traversal 0.9', 'store/store.go:6 go/path-traversal 0.9']);
  });
});

describe('Java', () => {
  const reader = (name: string, place: string) =>
    `package ${place};\n\nimport java.nio.file.*;\n\npublic class ${name} {\n  public static byte[] read(String name) throws Exception {\n    return Files.readAllBytes(Path.of("/srv/" + name));\n  }\n}\n`;

  it('follows a request into a class of its package, and into one that is imported', () => {
    expect(
      found({
        'src/com/app/web/Show.java':
          'package com.app.web;\n\nimport com.app.store.Store;\nimport jakarta.servlet.http.*;\n\npublic class Show extends HttpServlet {\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {\n    Near.read(request.getParameter("a"));\n    Store.read(request.getParameter("b"));\n  }\n}\n',
        'src/com/app/web/Near.java': reader('Near', 'com.app.web'),
        'src/com/app/store/Store.java': reader('Store', 'com.app.store'),
      }),
    ).toEqual([
      'src/com/app/web/Near.java:7 java/path-traversal 0.9',
      'src/com/app/store/Store.java:7 java/path-traversal 0.9',
    ]);
  });
});

describe('a review of several files', () => {
  const files = {
    'b.py': 'import c\nx = eval(input())\n',
    'c.py': 'import b\n',
    'a.env': 'DB_PASSWORD=hunter2horse\n',
  };

  it('gives the hits of each file in the order of the files', () => {
    expect(found(files)).toEqual(['b.py:2 py/code-injection 0.7', 'a.env:1 text/hardcoded-credentials 0.8']);
  });

  it('gives the same answer every time', () => {
    expect(found(files)).toEqual(found(files));
  });

  it('leaves room for an interrupt between any two files', () => {
    const given = Object.entries(files).map(([path, source]) => ({ path, source }));
    expect([...engine.checkAll(given)].filter((one) => one === undefined).length).toBeGreaterThanOrEqual(2);
  });

  it('follows a long chain of imports, and does not end by it', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`m${index}.py`, `from m${index + 1} import f\nx = f(1)\n`]),
    );
    expect(found({ ...chain, 'm600.py': 'def f(x):\n    return x\n' })).toEqual([]);
  });

  it('finds in a file without imports what it finds in it alone', () => {
    const source = 'import os\nos.system(input())\n';
    expect(found({ 'a.py': source, 'z.js': '' })).toEqual(
      engine.check(source, 'a.py').map(({ line, ruleId, confidence }) => `a.py:${line} ${ruleId} ${confidence}`),
    );
  });
});
