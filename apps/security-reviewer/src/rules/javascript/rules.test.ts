import { expect, it } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();

/** Lines with `// weak` at their end, and lines that were reported. */
function linesOf(source: string): { weak: number[]; reported: string[] } {
  const lines = source.split('\n');
  return {
    weak: lines.flatMap((line, position) => (/\/\/ weak\b/.test(line) ? [position + 1] : [])),
    reported: engine.check(source, 'a.tsx').map((hit) => `${hit.line} ${hit.ruleId}`),
  };
}

const EXPRESS = `const express = require('express');\nconst app = express();\n`;

const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  names: {
    'follows a name taken out of a module': `const { exec: run } = require('child_process');\nexports.f = (x) => run('ls ' + x); // weak\n`,
    'follows an import under another name': `import { execSync as sh } from 'node:child_process';\nexport const f = (x: string) => sh(\`ls \${x}\`); // weak\n`,
    'follows a module under a name of its own': `import * as cp from 'child_process';\nexport function f(x) { return cp.exec('ls ' + x); } // weak\n`,
    'follows a promise made of a callback': `import util from 'util';\nimport { exec } from 'child_process';\nconst run = util.promisify(exec);\nexport async function f(x) { await run('du ' + x); } // weak\n`,
    'follows a dynamic import': `export async function f(x) {\n  const { exec } = await import('node:child_process');\n  exec('du ' + x); // weak\n}\n`,
    'tells a method from a built-in': `class Shell {\n  exec(x) { return x; }\n}\nexport function f(x) { new Shell().exec('ls ' + x); /./.exec(x); }\n`,
    'tells a function of the file from a built-in': `function eval2(x) { return Number(x); }\nexport const f = (x) => eval2(x);\n`,
  },
  flow: {
    'follows a request through destructuring': `${EXPRESS}const { exec } = require('child_process');\napp.get('/', (req, res) => {\n  const { query: { dir = '.' } } = req;\n  exec('ls ' + dir); // weak\n  res.end();\n});\n`,
    'follows a request through destructured parameters': `${EXPRESS}const fs = require('fs');\napp.get('/', ({ query }, res) => {\n  res.json(fs.readFileSync('/srv/' + query.name)); // weak\n});\n`,
    'follows a handler that is registered by its name': `${EXPRESS}const fs = require('fs');\nconst show = async (q, s) => {\n  s.json(fs.readFileSync('/srv/' + q.query.name)); // weak\n};\napp.get('/x', show);\n`,
    'follows a request into a function above it': `${EXPRESS}const fs = require('fs');\nfunction read(name) {\n  return fs.readFileSync('/srv/' + name); // weak\n}\napp.get('/', (req, res) => res.json(read(req.query.name)));\n`,
    'follows what a function gives back': `${EXPRESS}const fs = require('fs');\napp.get('/', (req, res) => res.json(fs.readFileSync(place(req.query.name)))); // weak\nfunction place(name) { return '/srv/' + name; }\n`,
    'follows a method through its class': `import fs from 'fs';\nexport class Store {\n  constructor(private readonly root: string) {}\n  read(name: string) { return fs.readFileSync(this.root + name); } // weak\n}\nconst store = new Store('/srv/');\nexport const f = (req, res) => res.json(store.read(req.query.name));\n`,
    'follows text that a callback adds to': `export function f(rows, el) {\n  let html = '';\n  rows.forEach((row) => {\n    html += '<li>' + row.name + '</li>';\n  });\n  el.innerHTML = html; // weak\n}\n`,
    'follows a list that is mapped and joined': `export function f(names, el) {\n  el.innerHTML = names.map((name) => \`<li>\${name}</li>\`).join(''); // weak\n}\n`,
    'follows a promise': `export function f(el) {\n  fetch('/api').then((r) => r.json()).then((data) => {\n    el.innerHTML = '<b>' + data.name + '</b>'; // weak\n  });\n}\n`,
    'keeps names of a callback to itself': `import { exec } from 'child_process';\nexport function f(items) {\n  const command = 'ls';\n  items.forEach((command) => use(command));\n  exec(command);\n}\n`,
    'follows a default in place of what is missing': `${EXPRESS}const fs = require('fs');\napp.get('/', (req, res) => {\n  const name = req.query.name || 'index';\n  res.json(fs.readFileSync(\`/srv/\${name}\`)); // weak\n});\n`,
    'follows an address taken apart': `import http from 'http';\nimport fs from 'fs';\nhttp.createServer((req, res) => {\n  const url = new URL(req.url, 'http://localhost');\n  const file = url.searchParams.get('file');\n  fs.createReadStream('/srv/' + file).pipe(res); // weak\n});\n`,
    'follows chunks of a body': `import http from 'http';\nhttp.createServer((req, res) => {\n  let body = '';\n  req.on('data', (chunk) => { body += chunk; });\n  req.on('end', () => { eval(body); res.end(); }); // weak\n});\n`,
  },
  checks: {
    'trusts a list of what is allowed': `const ALLOWED = ['a', 'b'];\nexport function f(db, column) {\n  if (!ALLOWED.includes(column)) throw new Error('no');\n  return db.query(\`SELECT * FROM t ORDER BY \${column}\`);\n}\n`,
    'trusts a set of what is allowed, and a default': `const ALLOWED = new Set(['a', 'b']);\nexport const f = (db, column) => db.query(\`SELECT * FROM t ORDER BY \${ALLOWED.has(column) ? column : 'a'}\`);\n`,
    'trusts the entries of a fixed object': `const COLUMNS = { name: 'n.name', age: 'n.age' };\nexport const f = (db, key) => db.query('SELECT * FROM t ORDER BY ' + (COLUMNS[key] ?? 'n.id'));\n`,
    'trusts numbers': `export const f = (db, page) => db.query(\`SELECT * FROM t LIMIT 10 OFFSET \${Number(page) * 10}\`);\nexport const g = (db, n) => db.query('SELECT * FROM t LIMIT ' + parseInt(n, 10));\n`,
    'trusts a type': `export const f = (db, page: number) => db.query(\`SELECT * FROM t LIMIT \${page}\`);\n`,
    'trusts a pattern that is closed at both ends': `export function f(db, name) {\n  if (!/^[a-z]+$/.test(name)) return [];\n  return db.query(\`SELECT * FROM \${name} WHERE x = 1\`);\n}\n`,
    'does not trust a pattern that is open': `export function f(db, name) {\n  if (!/[a-z]+/.test(name)) return [];\n  return db.query(\`SELECT * FROM \${name} WHERE x = 1\`); // weak\n}\n`,
    'trusts a function that throws for what is not allowed': `function check(name) {\n  if (!['a', 'b'].includes(name)) throw new TypeError('no');\n}\nexport function f(db, name) {\n  check(name);\n  return db.query(\`SELECT * FROM \${name} WHERE x = 1\`);\n}\n`,
    'trusts a function that says whether it is allowed': `function known(name) {\n  return name === 'a' || name === 'b';\n}\nexport function f(db, name) {\n  if (!known(name)) return null;\n  return db.query(\`SELECT * FROM \${name} WHERE x = 1\`);\n}\n`,
    'does not trust the name of a function that checks nothing': `function isSafe(name) {\n  return name.length > 3;\n}\nexport function f(db, name) {\n  if (!isSafe(name)) return null;\n  return db.query(\`SELECT * FROM \${name} WHERE x = 1\`); // weak\n}\n`,
    'trusts the cases of a switch': `import { execSync } from 'child_process';\nexport function f(mode) {\n  switch (mode) {\n    case 'a':\n    case 'b':\n      execSync('run ' + mode);\n      break;\n    default:\n      execSync('run ' + mode); // weak\n  }\n}\n`,
    'trusts what is left of a text without its signs': `import { execSync } from 'child_process';\nexport const f = (x) => execSync('ls ' + x.replace(/[^a-z0-9]/g, ''));\n`,
    'trusts a resolved path that stays in its folder': `${EXPRESS}const fs = require('fs');\nconst path = require('path');\nconst ROOT = path.resolve('data');\napp.get('/', (req, res) => {\n  const full = path.resolve(ROOT, req.query.name);\n  if (!full.startsWith(ROOT + path.sep)) return res.sendStatus(403);\n  return res.json(fs.readFileSync(full));\n});\n`,
    'does not trust a start without a separator': `${EXPRESS}const fs = require('fs');\nconst path = require('path');\napp.get('/', (req, res) => {\n  const full = path.join('/srv/data', req.query.name);\n  if (!full.startsWith('/srv/data')) return res.sendStatus(403);\n  return res.json(fs.readFileSync(full)); // weak\n});\n`,
    'trusts a relative path that does not climb': `${EXPRESS}const fs = require('fs');\nconst path = require('path');\napp.get('/', (req, res) => {\n  const full = path.join('/srv/data', req.query.name);\n  const inside = path.relative('/srv/data', full);\n  if (inside.startsWith('..') || path.isAbsolute(inside)) return res.sendStatus(403);\n  return res.json(fs.readFileSync(full));\n});\n`,
    'trusts the last part of a path': `${EXPRESS}const path = require('path');\napp.get('/', (req, res) => res.sendFile(path.join('/srv', path.basename(req.params.name))));\n`,
    'trusts a host that is known': `${EXPRESS}const HOSTS = ['a.example', 'b.example'];\napp.get('/', async (req, res) => {\n  const url = new URL(req.query.url);\n  if (!HOSTS.includes(url.hostname)) return res.sendStatus(400);\n  const reply = await fetch(url);\n  return res.json(reply.status);\n});\n`,
    'does not trust a scheme': `${EXPRESS}app.get('/', async (req, res) => {\n  const url = new URL(req.query.url);\n  if (url.protocol !== 'https:') return res.sendStatus(400);\n  const reply = await fetch(url.href); // weak\n  return res.json(reply.status);\n});\n`,
    'forgets a check when the name is given another value': `const OK = ['a'];\nexport function f(db, a, b) {\n  if (!OK.includes(a)) return 0;\n  a = b;\n  return db.query(\`SELECT * FROM \${a} WHERE x = 1\`); // weak\n}\n`,
  },
  'js/sql-injection': {
    'reads every way to build a string': `export function f(db, x) {\n  db.query("SELECT * FROM t WHERE a = '" + x + "'"); // weak\n  db.query(\`SELECT * FROM t WHERE a = '\${x}'\`); // weak\n  db.query('SELECT * FROM t WHERE a = '.concat(x)); // weak\n  db.query(['SELECT * FROM t WHERE a =', x].join(' ')); // weak\n}\n`,
    'leaves parameters alone': `export function f(db, sql, prisma, x) {\n  db.query('SELECT * FROM t WHERE a = ?', [x]);\n  db.query({ text: 'SELECT * FROM t WHERE a = $1', values: [x] });\n  db.prepare('SELECT * FROM t WHERE a = ?').get(x);\n  sql\`SELECT * FROM t WHERE a = \${x}\`;\n  prisma.$queryRaw\`SELECT * FROM t WHERE a = \${x}\`;\n}\n`,
    'sees statements in objects': `export const f = (pool, x) => pool.query({ text: \`DELETE FROM t WHERE a = \${x}\` }); // weak\n`,
    'sees raw pieces of query builders': `import { getRepository } from 'typeorm';\nexport const f = (repo, x) => repo.createQueryBuilder().where(\`name = '\${x}'\`).getMany(); // weak\nexport const g = (knex, x) => knex('t').orderByRaw(x + ' desc'); // weak\nexport const h = (prisma, x) => prisma.$queryRawUnsafe(\`SELECT * FROM t WHERE a = \${x}\`); // weak\n`,
    'takes placeholders for fixed': `export const f = (db, ids) => db.query(\`SELECT * FROM t WHERE id IN (\${ids.map(() => '?').join(',')})\`, ids);\n`,
    'keeps what was unsafe before a loop unsafe after it': `export function f(db, words) {\n  let sql = 'SELECT * FROM t WHERE 1';\n  for (const word of words) sql += \` OR name = '\${word}'\`;\n  return db.all(sql); // weak\n}\n`,
    'reads a sentence as one':
      'export const f = (x) => console.log(`Select a file from ${x}`);\nexport const g = (x) => `Update ${x} and set it up`;\n',
  },
  'js/command-injection': {
    'asks whether a shell is there': `import { spawn, execFile } from 'child_process';\nexport function f(x) {\n  spawn('ls', [x]);\n  execFile('ls', [x]);\n  spawn('ls ' + x, { shell: true }); // weak\n  spawn('sh', ['-c', 'ls ' + x]); // weak\n}\n`,
    'leaves constants alone': `import { execSync } from 'child_process';\nconst OUT = 'out';\nexecSync(\`ls -l \${OUT}\`);\n`,
    'sees the shell of another machine': `import { Client } from 'ssh2';\nconst ssh = new Client();\nexport const f = (x) => ssh.exec('ls ' + x, () => {}); // weak\n`,
  },
  'js/code-injection': {
    'sees every way to run text': `import vm from 'vm';\nexport function f(x) {\n  eval(x); // weak\n  new Function('a', x); // weak\n  vm.runInNewContext(x, {}); // weak\n  setTimeout('go(' + x + ')', 10); // weak\n}\n`,
    'leaves functions alone': `export function f(x) {\n  setTimeout(() => x(), 10);\n  setTimeout(x, 10);\n  eval('1 + 1');\n}\n`,
  },
  'js/path-traversal': {
    'follows a request to a file in Koa': `import Router from '@koa/router';\nimport { promises as fs } from 'fs';\nconst router = new Router();\nrouter.get('/f/:name', async (ctx) => {\n  ctx.body = await fs.readFile('/srv/' + ctx.params.name); // weak\n});\n`,
    'follows a request to a file in Fastify': `import Fastify from 'fastify';\nimport { readFile } from 'node:fs/promises';\nconst app = Fastify();\napp.get('/f', async (request, reply) => readFile(\`/srv/\${request.query.name}\`)); // weak\n`,
    'follows a request to a file in Next': `import { readFileSync } from 'fs';\nexport async function GET(request: Request, { params }) {\n  return Response.json(readFileSync('/srv/' + params.slug, 'utf8')); // weak\n}\n`,
    'follows a request to a file in Hono': `import { Hono } from 'hono';\nimport { readFile } from 'fs/promises';\nconst app = new Hono();\napp.get('/f', async (c) => c.json(await readFile('/srv/' + c.req.query('name')))); // weak\n`,
    'follows a request to a file in NestJS': `import { Controller, Get, Query } from '@nestjs/common';\nimport * as fs from 'fs';\n@Controller('files')\nexport class Files {\n  @Get()\n  read(@Query('name') name: string) {\n    return fs.readFileSync('/srv/' + name); // weak\n  }\n  @Get('n')\n  page(@Query('page', ParseIntPipe) page: number) {\n    return fs.readFileSync('/srv/' + page);\n  }\n}\n`,
    'follows a form into a server action': `'use server';\nimport { unlink } from 'node:fs/promises';\nexport async function remove(form: FormData) {\n  await unlink('/srv/' + form.get('name')); // weak\n}\n`,
    'leaves the root of an answer alone': `${EXPRESS}app.get('/', (req, res) => res.sendFile(req.params.name, { root: '/srv' }));\napp.get('/b', (req, res) => res.sendFile('/srv/' + req.query.name)); // weak\n`,
    'leaves names that the server gave alone': `${EXPRESS}const fs = require('fs');\napp.post('/', (req, res) => {\n  fs.renameSync(req.file.path, '/srv/' + req.file.filename);\n  fs.renameSync(req.file.path, '/srv/' + req.file.originalname); // weak\n  res.end();\n});\n`,
  },
  web: {
    'follows a request into a host': `${EXPRESS}const axios = require('axios');\napp.get('/', async (req, res) => {\n  const a = await axios.get(req.query.url); // weak\n  const b = await axios({ method: 'get', url: req.body.url }); // weak\n  const c = await axios.get('https://api.example/items/' + req.query.id);\n  res.json([a, b, c].length);\n});\n`,
    'leaves calls of a page alone': `export function Item({ id }) {\n  const params = new URLSearchParams(window.location.search);\n  fetch('/api/' + params.get('id'));\n  return <b>{id}</b>;\n}\n`,
    'follows a request into a redirect': `${EXPRESS}app.get('/', (req, res) => res.redirect(req.query.next)); // weak\napp.get('/b', (req, res) => res.redirect('/items/' + req.query.id));\napp.get('/c', (req, res) => res.writeHead(302, { Location: req.query.next }).end()); // weak\n`,
    'trusts a redirect within the site': `${EXPRESS}app.get('/', (req, res) => {\n  const next = String(req.query.next ?? '/');\n  if (!next.startsWith('/') || next.startsWith('//')) return res.redirect('/');\n  return res.redirect(next);\n});\n`,
    'follows the address of a page into the page': `const name = new URLSearchParams(location.search).get('name');\ndocument.querySelector('#hi').innerHTML = 'Hi ' + name; // weak\ndocument.querySelector('#hi').textContent = 'Hi ' + name;\n`,
    'follows text into React': `import DOMPurify from 'dompurify';\nexport const A = ({ html }) => <div dangerouslySetInnerHTML={{ __html: html }} />; // weak\nexport const B = ({ html }) => <div dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(html) }} />;\nexport const C = ({ text }) => <div>{text}</div>;\n`,
    'trusts a function that escapes': `${EXPRESS}const esc = (s) => String(s).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');\napp.get('/', (req, res) => res.send('<h1>' + esc(req.query.q) + '</h1>'));\n`,
    'tells a page from data': `${EXPRESS}app.get('/', (req, res) => res.json({ q: req.query.q }));\napp.get('/b', (req, res) => res.type('text/plain').send(req.query.q));\napp.get('/c', (req, res) => res.send('You said ' + req.query.q)); // weak\n`,
    'sees a trace in an answer': `${EXPRESS}app.use((err, req, res, next) => res.status(500).json({ message: err.message, stack: err.stack })); // weak\napp.get('/', async (req, res) => {\n  try { await work(); } catch (e) { res.status(400).json({ error: e.message }); }\n});\n`,
  },
  settings: {
    'sees every place a secret stands in': `const config = { user: 'app', password: 'hunter22' }; // weak\nexport const API_KEY = 'kq83Zw71pmT4vvx0'; // weak\nclass Mail {\n  private password = 's3cr3tpw'; // weak\n}\nconst url = 'postgres://app:hunter2x@db:5432/app'; // weak\nconst secret = process.env.JWT_SECRET || 'n0t-so-secret-93'; // weak\n`,
    'leaves names, places and placeholders alone': `const PASSWORD_FIELD = 'password';\nconst TOKEN_URL = 'https://x.example/token';\nconst API_KEY = 'YOUR_API_KEY';\nconst labels = { password: 'Password', confirmPassword: 'Repeat your password' };\nconst token = process.env.TOKEN ?? '';\nexport const Field = () => <input type="password" name="password" autoComplete="current-password" />;\n`,
    'sees cookies without their protections': `export function f(req, res) {\n  res.cookie('sid', start(), { httpOnly: true }); // weak\n  res.cookie('sid', start(), { httpOnly: true, secure: true });\n  res.cookie('theme', 'dark');\n}\n`,
    'sees what an attacker can foresee': `export const sessionToken = () => Math.random().toString(36); // weak\nexport const color = () => Math.floor(Math.random() * 360);\n`,
    'sees structures in a query': `import { MongoClient } from 'mongodb';\nexport async function f(req, res, users) {\n  await users.findOne({ name: req.body.name }); // weak\n  await users.findOne({ name: { $eq: String(req.body.name) } });\n  await users.find({ $where: \`this.age > \${req.query.age}\` }); // weak\n  if (typeof req.body.mail !== 'string') return;\n  await users.findOne({ mail: req.body.mail });\n}\n`,
    'sees fields that the client names': `import { User } from './models';\nexport async function f(req, res) {\n  await User.create(req.body); // weak\n  await User.create({ name: req.body.name });\n  const user = await User.findOne();\n  Object.assign(user, req.body); // weak\n  await User.update({ ...req.body }, { where: { id: 1 } }); // weak\n}\n`,
    'tells keys that lead to a prototype': `export function set(target, path, value) {\n  const keys = path.split('.');\n  let node = target;\n  for (let i = 0; i < keys.length - 1; i++) node = node[keys[i]];\n  node[keys[keys.length - 1]] = value; // weak\n}\n`,
    'leaves copies alone': `export function copy(value) {\n  const out = {};\n  for (const key in value) out[key] = typeof value[key] === 'object' ? copy(value[key]) : value[key];\n  return out;\n}\nlet lastToken = '?NonExpressionEnd';\nexport const socketToken = Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString('base64url');\nfetch('/x', { credentials: 'same-origin' });\n`,
    'tells tokens that are only read': `import jwt from 'jsonwebtoken';\nexport const f = (req) => jwt.decode(req.headers.token); // weak\nexport const g = (req, key) => jwt.verify(req.headers.token, key, { algorithms: ['RS256'] });\nexport const h = (req, key) => jwt.verify(req.headers.token, key, { algorithms: ['none', 'RS256'] }); // weak\n`,
  },
};

for (const [family, cases] of Object.entries(CASES)) {
  it.each(Object.entries(cases))(`${family}: %s`, (_name, source) => {
    const { weak, reported } = linesOf(source);
    expect([...new Set(reported.map((hit) => Number.parseInt(hit, 10)))]).toEqual(weak);
  });
}
