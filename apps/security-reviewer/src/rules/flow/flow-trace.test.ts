import { describe, expect, test } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();

/** The lines that the data of the one hit at a line passes, each with its role. */
function wayTo(line: number, source: readonly string[], path: string): string[] {
  const hits = engine.check(source.join('\n'), path).filter((hit) => hit.line === line);
  expect(hits).toHaveLength(1);
  return hits.flatMap(({ flow }) => flow.map((step) => `${step.role} ${step.line}`));
}

const python = ['import os', 'from flask import request'];

describe('in Python', () => {
  test('leads from a request over a variable to the call', () => {
    const source = [
      ...python,
      'def run():',
      '  name = request.args["n"]',
      '  line = "ls " + name',
      '  os.system(line)',
    ];
    expect(wayTo(6, source, 'a.py')).toEqual(['source 4', 'step 5', 'sink 6']);
  });

  test('leads through the function that the data is passed to', () => {
    const helper = ['def execute(line):', '  os.system(line)'];
    const source = [...python, ...helper, 'def run():', '  name = request.args["n"]', '  execute("ls " + name)'];
    expect(wayTo(4, source, 'a.py')).toEqual(['source 6', 'step 7', 'sink 4']);
  });

  test('leads into the function that gives the data back', () => {
    const helper = ['def named():', '  name = request.args["n"]', '  return name'];
    const source = [...python, ...helper, 'def run():', '  line = named()', '  os.system(line)'];
    expect(wayTo(8, source, 'a.py')).toEqual(['source 4', 'step 5', 'step 7', 'sink 8']);
  });

  test('begins at a parameter that no call in the file fills', () => {
    const source = ['import os', 'def run(', '  first,', '  name,', '):', '  os.system("ls " + name)'];
    expect(wayTo(6, source, 'a.py')).toEqual(['source 4', 'sink 6']);
  });

  test('passes a list, a loop and a field of the object', () => {
    const list = ['def run():', '  parts = []', '  parts.append(request.args["n"])', '  for part in parts:'];
    expect(wayTo(7, [...python, ...list, '    os.system(part)'], 'a.py')).toEqual(['source 5', 'step 6', 'sink 7']);
    const field = ['class A:', '  def __init__(self):', '    self.name = request.args["n"]', '  def run(self):'];
    expect(wayTo(7, [...python, ...field, '    os.system(self.name)'], 'a.py')).toEqual(['source 5', 'sink 7']);
  });

  test('does not mistake a name of another function for a parameter of the same name', () => {
    const other = ['def other():', '  name = request.args["n"]', '  return name'];
    const source = [...python, ...other, 'def run(name):', '  os.system(name)'];
    expect(wayTo(7, source, 'a.py')).toEqual(['source 6', 'sink 7']);
  });

  test('is the sink alone where all stands on one line', () => {
    expect(wayTo(4, [...python, 'def run():', '  os.system(request.args["n"])'], 'a.py')).toEqual(['sink 4']);
  });

  test('has ten steps at most, with the source and what is nearest to the sink', () => {
    const links = Array.from({ length: 20 }, (_, index) => `  v${index + 1} = v${index} + "x"`);
    const source = [...python, 'def run():', '  v0 = request.args["n"]', ...links, '  os.system(v20)'];
    const way = wayTo(25, source, 'a.py');
    expect(way).toHaveLength(10);
    expect([way[0], way[1], way.at(-1)]).toEqual(['source 4', 'step 17', 'sink 25']);
  });

  test('ends where a name is given its own value in a circle', () => {
    const source = [...python, 'def run(a):', '  while True:', '    b = a', '    a = b', '    os.system(a)'];
    expect(wayTo(7, source, 'a.py').at(-1)).toBe('sink 7');
  });

  test('holds no text of the source, and is empty where no data makes the weakness', () => {
    const source = [
      ...python,
      'api_key = "sk_live_9f8a7b6c5d4e3f2a1b0c"',
      'def run():',
      '  marker = request.args["n"]',
    ];
    const hits = engine.check([...source, '  os.system(marker)'].join('\n'), 'a.py');
    expect(hits.map(({ ruleId, flow }) => [ruleId, flow.length])).toEqual([
      ['py/hardcoded-credentials', 0],
      ['py/command-injection', 2],
    ]);
    expect(hits.flatMap(({ flow }) => flow.map(({ note }) => note)).join(' ')).toBe('data from a request used here');
  });
});

describe('in JavaScript', () => {
  const javascript = ["const { exec } = require('child_process');", "const app = require('express')();"];

  test('leads from a request over a variable to the call', () => {
    const handler = ['  const name = req.query.name;', '  const line = `ls ${name}`;', '  exec(line);'];
    const source = [...javascript, "app.get('/', (req, res) => {", ...handler, '});'];
    expect(wayTo(6, source, 'a.js')).toEqual(['source 4', 'step 5', 'sink 6']);
  });

  test('leads through the function that the data is passed to', () => {
    const helper = ['function execute(line) {', '  exec(line);', '}'];
    const handler = ['  const { name } = req.body;', "  execute('ls ' + name);"];
    const source = [...javascript, ...helper, "app.get('/', (req, res) => {", ...handler, '});'];
    expect(wayTo(4, source, 'a.js')).toEqual(['source 7', 'step 8', 'sink 4']);
  });
});

test('in Java leads from a request over a variable to the call', () => {
  const method = [
    '  String name = req.getParameter("n");',
    '  String sql = "SELECT * FROM t WHERE n = \'" + name + "\'";',
  ];
  const head = ['import javax.servlet.http.*;', 'class A extends HttpServlet {'];
  const opening = ' protected void doGet(HttpServletRequest req, HttpServletResponse res) throws Exception {';
  const source = [...head, opening, ...method, '  statement.executeQuery(sql);', ' }', '}'];
  expect(wayTo(6, source, 'A.java')).toEqual(['source 4', 'step 5', 'sink 6']);
});

test('in Go leads from a request over a variable to the call', () => {
  const head = ['package main', 'import (', '  "net/http"', '  "os/exec"', ')'];
  const body = ['  name := r.FormValue("n")', '  line := "ls " + name', '  exec.Command("sh", "-c", line).Run()', '}'];
  const source = [...head, 'func run(w http.ResponseWriter, r *http.Request) {', ...body];
  expect(wayTo(9, source, 'a.go')).toEqual(['source 7', 'step 8', 'sink 9']);
});
