import { expect, it } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();

/** Whole files in the styles of many frameworks; each line that is weak says so. */
const PROGRAMS: Readonly<Record<string, readonly [string, string]>> = {
  'a router over PostgreSQL in TypeScript': [
    'a.ts',
    `import { Request, Response, Router } from 'express';
import { Pool } from 'pg';
import { createHash, createCipheriv, randomBytes } from 'crypto';
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const router = Router();
router.get('/users', async (req: Request, res: Response): Promise<void> => {
  const { sort = 'id', dir = 'asc' } = req.query as Record<string, string>;
  const result = await pool.query(\`SELECT id FROM users ORDER BY \${sort} \${dir}\`); // weak
  res.json(result.rows);
});
router.get('/users2', async (req: Request, res: Response) => {
  const dir = req.query.dir === 'desc' ? 'DESC' : 'ASC';
  const result = await pool.query(\`SELECT id FROM users ORDER BY id \${dir}\`);
  res.json(result.rows);
});
router.post('/seal', (req, res) => {
  const digest = createHash('md5').update(req.body.password).digest('hex'); // weak
  res.json({ digest });
});
`,
  ],
  'a server of Node alone': [
    'a.js',
    `const http = require('http');
const url = require('url');
const { spawn } = require('child_process');
const server = http.createServer(function (req, res) {
  const parsed = url.parse(req.url, true);
  if (parsed.pathname === '/ping') {
    const p = spawn('ping -c 1 ' + parsed.query.host, { shell: true }); // weak
    p.stdout.pipe(res);
  } else if (parsed.pathname === '/hello') {
    res.writeHead(200, { 'Content-Type': 'text/html' });
    res.end('<h1>' + parsed.query.name + '</h1>'); // weak
  } else if (parsed.pathname === '/text') {
    res.writeHead(200, { 'Content-Type': 'text/plain' });
    res.end('hello ' + parsed.query.name);
  }
});
server.listen(8080, '0.0.0.0'); // weak
`,
  ],
  'a service and a controller of NestJS': [
    'a.ts',
    `import { Injectable, Controller, Post, Body, Get, Param, Res } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { exec } from 'child_process';
@Injectable()
export class ReportService {
  constructor(@InjectRepository(Report) private readonly reports: Repository<Report>) {}
  find(name: string) {
    return this.reports.query(\`SELECT * FROM report WHERE name = '\${name}'\`); // weak
  }
  findSafe(name: string) {
    return this.reports.query('SELECT * FROM report WHERE name = $1', [name]);
  }
}
@Controller('reports')
export class ReportController {
  constructor(private readonly service: ReportService) {}
  @Post('render')
  render(@Body() body: { name: string }) {
    exec('render ' + body.name); // weak
  }
  @Get(':id')
  get(@Param('id') id: string, @Res() res: Response) {
    res.redirect('/reports/' + id);
  }
}
`,
  ],
  'a page of Next': [
    'a.tsx',
    `'use client';
import { useEffect, useState } from 'react';
import { useSearchParams, useRouter } from 'next/navigation';
import sanitizeHtml from 'sanitize-html';
export default function Page({ initial }: { initial: string }) {
  const params = useSearchParams();
  const router = useRouter();
  const [bio, setBio] = useState('');
  useEffect(() => { window.location.href = params.get('next')!; }, []); // weak
  useEffect(() => {
    window.addEventListener('message', (event) => { setBio(event.data.bio); }); // weak
  }, []);
  const clean = sanitizeHtml(bio);
  return (
    <section>
      <div dangerouslySetInnerHTML={{ __html: clean }} />
      <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: JSON.stringify({ a: 1 }) }} />
      <div dangerouslySetInnerHTML={{ __html: initial }} /> {/* // weak */}
      <button onClick={() => router.push('/home')}>home</button>
    </section>
  );
}
`,
  ],
  'a server of Koa': [
    'a.js',
    `import Koa from 'koa';
import Router from 'koa-router';
import got from 'got';
import ejs from 'ejs';
const app = new Koa();
const router = new Router();
router.get('/proxy', async (ctx) => {
  ctx.body = await got(ctx.query.target).text(); // weak
});
router.get('/page', async (ctx) => {
  ctx.type = 'html';
  ctx.body = \`<p>\${ctx.query.msg}</p>\`; // weak
});
router.get('/tpl', async (ctx) => {
  ctx.body = ejs.render(ctx.request.body.template, {}); // weak
});
router.get('/go', (ctx) => {
  ctx.redirect(ctx.query.to); // weak
});
router.get('/err', async (ctx) => {
  try { await work(); } catch (err) {
    ctx.status = 500;
    ctx.body = { error: err.stack }; // weak
  }
});
app.use(router.routes());
`,
  ],
  'a server of Fastify': [
    'a.js',
    `const fastify = require('fastify')();
const fs = require('fs/promises');
const path = require('path');
const jwt = require('jsonwebtoken');
const UPLOADS = path.join(__dirname, 'uploads');
fastify.get('/files/:name', async (request, reply) => {
  const target = path.join(UPLOADS, request.params.name);
  return fs.readFile(target); // weak
});
fastify.get('/safe/:name', async (request, reply) => {
  const target = path.normalize(path.join(UPLOADS, request.params.name));
  if (!target.startsWith(UPLOADS + path.sep)) return reply.code(400).send();
  return fs.readFile(target);
});
fastify.post('/login', async (request, reply) => {
  const token = jwt.sign({ sub: request.body.user }, 'correct-horse-42'); // weak
  reply.setCookie('token', token, { path: '/' }); // weak
  return { ok: true };
});
`,
  ],
  'a server over MongoDB': [
    'a.mjs',
    `import express from 'express';
import mongoose from 'mongoose';
import bcrypt from 'bcryptjs';
import _ from 'lodash';
const app = express();
const User = mongoose.model('User', new mongoose.Schema({ name: String }));
app.post('/login', async (req, res) => {
  const user = await User.findOne({ email: req.body.email, password: req.body.password }); // weak
  if (!user) return res.status(401).end();
  res.json({ id: user._id });
});
app.post('/login2', async (req, res) => {
  const email = String(req.body.email);
  const user = await User.findOne({ email });
  res.json({ ok: !!user && await bcrypt.compare(req.body.password, user.hash) });
});
app.get('/user/:id', async (req, res) => {
  res.json(await User.findById(req.params.id));
});
app.put('/settings', (req, res) => {
  const settings = {};
  _.merge(settings, req.body); // weak
  res.json(settings);
});
app.put('/me', async (req, res) => {
  await User.findByIdAndUpdate(req.user.id, req.body); // weak
  await User.findByIdAndUpdate(req.user.id, { name: req.body.name });
  const picked = _.pick(req.body, ['name', 'bio']);
  await User.findByIdAndUpdate(req.user.id, picked);
  res.end();
});
app.get('/search', (req, res) => {
  const re = new RegExp(req.query.q); // weak
  const ok = new RegExp(_.escapeRegExp(req.query.q));
  res.json(['a'].filter((x) => re.test(x) && ok.test(x)));
});
`,
  ],
  'functions of cryptography and files': [
    'a.ts',
    `import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tls from 'node:tls';
export function encrypt(text: string, key: Buffer): string {
  const iv = Buffer.from('1234567890123456');
  const cipher = crypto.createCipheriv('aes-256-cbc', key, iv); // weak
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
}
export function encrypt2(text: string, key: Buffer) {
  const iv = crypto.randomBytes(12);
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}
export function des(text: string, key: string) {
  return crypto.createCipheriv('des-ede3-cbc', key, crypto.randomBytes(8)).update(text); // weak
}
export function dump(data: string) {
  const file = path.join(os.tmpdir(), 'dump.json');
  fs.writeFileSync(file, data, { mode: 0o600 }); // weak
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'dump-'));
  fs.writeFileSync(path.join(dir, 'dump.json'), data);
}
export const connect = (host: string) => tls.connect({ host, port: 443, rejectUnauthorized: false }); // weak
export const connect2 = (host: string) => tls.connect({ host, port: 443, minVersion: 'TLSv1.1' }); // weak
export function check(req: any, body: Buffer) {
  const mac = crypto.createHmac('sha256', process.env.HOOK!).update(body).digest('hex');
  if (req.headers['x-hub-signature'] !== \`sha256=\${mac}\`) return false; // weak
  return true;
}
export function checkSafe(sig: string, body: Buffer) {
  const mac = crypto.createHmac('sha256', process.env.HOOK!).update(body).digest();
  return crypto.timingSafeEqual(mac, Buffer.from(sig, 'hex'));
}
export const inviteCode = () => Math.random().toString(36).slice(2, 10); // weak
export const pick = <T>(xs: T[]) => xs[Math.floor(Math.random() * xs.length)];
fs.chmodSync('/srv/run.sh', '777'); // weak
fs.chmodSync('/srv/run2.sh', '755');
`,
  ],
  'a page with jQuery': [
    'a.js',
    `$(function () {
  var q = decodeURIComponent(location.hash.slice(1));
  $('#title').html(q); // weak
  $('#title2').text(q);
  document.write('<b>' + document.referrer + '</b>'); // weak
  $.get('/api/comments', function (data) {
    data.forEach(function (c) {
      $('#list').append('<li>' + c.text + '</li>'); // weak
    });
  });
  eval('(' + q + ')'); // weak
  window.open('/help');
});
`,
  ],
  'a route of Next over Prisma': [
    'a.ts',
    `import type { NextApiRequest, NextApiResponse } from 'next';
import { PrismaClient, Prisma } from '@prisma/client';
import { z } from 'zod';
const prisma = new PrismaClient();
const Body = z.object({ id: z.coerce.number(), name: z.string() });
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'GET') {
    const rows = await prisma.$queryRawUnsafe('SELECT * FROM item WHERE owner = ' + req.query.owner); // weak
    const safe = await prisma.$queryRaw\`SELECT * FROM item WHERE owner = \${req.query.owner}\`;
    return res.status(200).json({ rows, safe });
  }
  const body = Body.parse(req.body);
  await prisma.item.create({ data: body });
  await prisma.item.update({ where: { id: body.id }, data: req.body }); // weak
  await prisma.$executeRawUnsafe(\`UPDATE item SET seen = 1 WHERE id = \${body.id}\`);
  res.redirect(req.query.back as string); // weak
}
`,
  ],
  'a server of Hono': [
    'a.ts',
    `import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { setCookie } from 'hono/cookie';
const app = new Hono();
app.use('*', cors({ origin: (origin) => origin, credentials: true })); // weak
app.get('/hi', (c) => c.html('<h1>' + c.req.query('name') + '</h1>')); // weak
app.get('/json', (c) => c.json({ name: c.req.query('name') }));
app.get('/fetch', async (c) => {
  const r = await fetch(c.req.query('u')!); // weak
  return c.text(await r.text());
});
app.post('/login', (c) => {
  setCookie(c, 'session', 'abc', { httpOnly: true }); // weak
  return c.redirect(c.req.query('next') ?? '/'); // weak
});
export default app;
`,
  ],
  'a server of sockets': [
    'a.js',
    `const { Server } = require('socket.io');
const { exec } = require('child_process');
const io = new Server(3000);
io.on('connection', (socket) => {
  socket.on('run', (payload) => {
    exec('convert ' + payload.file + ' out.png'); // weak
  });
  socket.on('sum', ({ a, b }) => socket.emit('sum', Number(a) + Number(b)));
});
`,
  ],
  'interpreters of many kinds': [
    'a.js',
    `const ldap = require('ldapjs');
const xpath = require('xpath');
const libxml = require('libxmljs2');
const yaml = require('js-yaml');
const serialize = require('node-serialize');
const client = ldap.createClient({ url: 'ldap://x' });
module.exports = function (app) {
  app.post('/a', (req, res) => {
    const filter = '(&(objectClass=person)(uid=' + req.body.uid + '))';
    client.search('ou=people', { filter, scope: 'sub' }, () => res.end()); // weak
  });
  app.post('/b', (req, res) => {
    const nodes = xpath.select("//item[@id='" + req.query.id + "']", doc); // weak
    res.json(nodes.length);
  });
  app.post('/c', (req, res) => {
    const doc = libxml.parseXmlString(req.body, { noent: true, nonet: true }); // weak
    res.json(doc.errors);
  });
  app.post('/d', (req, res) => {
    const conf = yaml.load(req.body.text);
    const obj = serialize.unserialize(req.cookies.profile); // weak
    res.json({ conf, obj });
  });
  app.post('/e', (req, res) => {
    console.log('login of ' + req.body.user); // weak
    console.log('login of %s', String(req.body.user).replace(/[\\r\\n]/g, ''));
    res.end();
  });
};
`,
  ],
  'the settings of a server': [
    'a.js',
    `const express = require('express');
const session = require('express-session');
const cors = require('cors');
const helmet = require('helmet');
const app = express();
app.use(session({ secret: 'plum-Tractor-58', resave: false, cookie: { secure: false } })); // weak
app.use(cors({ origin: 'https://app.example.com', credentials: true }));
app.use((req, res, next) => {
  res.header('Access-Control-Allow-Origin', req.headers.origin); // weak
  res.header('Access-Control-Allow-Credentials', 'true');
  next();
});
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // weak
const users = { admin: { password: 'Zebra!9912' } }; // weak
app.get('/x', (req, res) => { if (req.query.token === process.env.ADMIN_TOKEN) res.end(); }); // weak
`,
  ],
  'a function in the cloud': [
    'a.ts',
    `import { DynamoDB } from 'aws-sdk';
import { execFileSync } from 'node:child_process';
export const handler = async (event: APIGatewayProxyEvent) => {
  const name = event.queryStringParameters?.name ?? '';
  execFileSync('sh', ['-c', \`echo \${name}\`]); // weak
  execFileSync('echo', [name]);
  return { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: \`<p>\${name}</p>\` }; // weak
};
`,
  ],
  'archives that are unpacked': [
    'a.js',
    `const unzipper = require('unzipper');
const fs = require('fs');
const path = require('path');
exports.a = (stream, dest) => stream.pipe(unzipper.Parse()).on('entry', (entry) => {
  entry.pipe(fs.createWriteStream(path.join(dest, entry.path))); // weak
});
exports.b = (stream, dest) => stream.pipe(unzipper.Parse()).on('entry', (entry) => {
  const out = path.resolve(dest, entry.path);
  if (!out.startsWith(path.resolve(dest) + path.sep)) { entry.autodrain(); return; }
  entry.pipe(fs.createWriteStream(out));
});
exports.c = (stream, dest) => stream.pipe(unzipper.Parse()).on('entry', (entry) => {
  const name = path.basename(entry.path);
  entry.pipe(fs.createWriteStream(path.join(dest, name)));
});
`,
  ],
  'uploads and merges': [
    'a.ts',
    `import multer from 'multer';
import { Router } from 'express';
const upload = multer({ storage: multer.memoryStorage() }); // weak
const ok = multer({ dest: 'x', limits: { fileSize: 1e6 } });
function deepMerge(dst: any, src: any) {
  for (const [k, v] of Object.entries(src)) {
    if (v && typeof v === 'object') {
      dst[k] = dst[k] || {};
      deepMerge(dst[k], v);
    } else {
      dst[k] = v; // weak
    }
  }
  return dst;
}
function safeMerge(dst: any, src: any) {
  for (const k of Object.keys(src)) {
    if (['__proto__', 'constructor', 'prototype'].includes(k)) continue;
    if (typeof src[k] === 'object') safeMerge(dst[k], src[k]);
    else dst[k] = src[k];
  }
}
export const r = Router().post('/', (req, res) => res.json(deepMerge({}, req.body)));
`,
  ],
  'a server of files': [
    'a.js',
    `import { createServer } from 'node:http';
import { readFile } from 'node:fs';
import { join, resolve } from 'node:path';
const root = resolve('public');
createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://x');
  readFile(join(root, pathname), (error, data) => { // weak
    if (error) { response.statusCode = 500; response.end(error.message); return; } // weak
    response.end(data);
  });
}).listen(3000, '127.0.0.1');
`,
  ],
  'a plugin of Fastify': [
    'a.ts',
    `import { Lambda } from './x';
import { db } from './db';
import type { FastifyInstance } from 'fastify';
export default async function routes(fastify: FastifyInstance) {
  fastify.get<{ Querystring: { q: string } }>('/search', async (req, reply) => {
    const { rows } = await fastify.pg.query("SELECT * FROM doc WHERE body LIKE '%" + req.query.q + "%'"); // weak
    return rows;
  });
  fastify.route({
    method: 'GET',
    url: '/raw',
    handler: async (request, reply) => {
      reply.header('content-type', 'text/html').send('<i>' + request.query.t + '</i>'); // weak
    },
  });
}
`,
  ],
  'a repository over SQLite': [
    'a.js',
    `const db = require('better-sqlite3')('app.db');
const { Sequelize, QueryTypes } = require('sequelize');
const sequelize = new Sequelize(process.env.DB);
class UserRepo {
  constructor(table) { this.table = table; }
  byName(name) {
    const sql = \`SELECT * FROM \${this.table} WHERE name = '\${name}'\`;
    return db.prepare(sql).all(); // weak
  }
  byId(id) {
    return db.prepare('SELECT * FROM users WHERE id = ?').get(id);
  }
  async search(term) {
    return sequelize.query('SELECT * FROM users WHERE name LIKE :t', { replacements: { t: term }, type: QueryTypes.SELECT });
  }
  async search2(term) {
    return sequelize.query(\`SELECT * FROM users WHERE name LIKE '\${term}'\`); // weak
  }
}
module.exports = UserRepo;
`,
  ],
  'files behind checks': [
    'a.ts',
    `import path from 'path';
import fs from 'fs/promises';
const BASE = path.resolve(process.cwd(), 'docs');
function inside(p: string): string {
  const full = path.resolve(BASE, p);
  if (full !== BASE && !full.startsWith(BASE + path.sep)) throw new Error('outside');
  return full;
}
export async function GET(req: Request) {
  const { searchParams } = new URL(req.url);
  const a = await fs.readFile(inside(searchParams.get('a') ?? ''), 'utf8');
  const b = await fs.readFile(path.join(BASE, searchParams.get('b') ?? ''), 'utf8'); // weak
  const c = searchParams.get('c') ?? '';
  if (c.includes('..')) return new Response('no', { status: 400 });
  const d = await fs.readFile(path.join(BASE, c), 'utf8');
  return new Response(a + b + d);
}
`,
  ],
  'calls of other servers': [
    'a.ts',
    `import axios from 'axios';
import { Request, Response } from 'express';
import dns from 'dns/promises';
const client = axios.create({ baseURL: 'https://api.example.com' });
const ALLOWED = new Set(['img.example.com']);
export async function image(req: Request, res: Response) {
  let target: URL;
  try { target = new URL(String(req.query.u)); } catch { return res.status(400).end(); }
  if (!ALLOWED.has(target.host)) return res.status(403).end();
  const r = await axios.get(target.toString(), { responseType: 'stream' });
  r.data.pipe(res);
}
export async function hook(req: Request, res: Response) {
  const { callbackUrl } = req.body;
  await axios.post(callbackUrl, { ok: true }); // weak
  await client.get('/items/' + req.params.id);
  await axios.get(\`https://\${req.params.host}/status\`); // weak
  res.end();
}
`,
  ],
  'components of React': [
    'a.jsx',
    `import React from 'react';
import { marked } from 'marked';
import DOMPurify from 'isomorphic-dompurify';
export class Comment extends React.Component {
  render() {
    const { comment } = this.props;
    return <article>
      <p dangerouslySetInnerHTML={{ __html: comment.body }} /> {/* // weak */}
      <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(marked(comment.body)) }} />
      <a href={'/users/' + comment.user}>{comment.user}</a>
    </article>;
  }
}
export const Post = ({ post }) => {
  const html = React.useMemo(() => marked.parse(post.text), [post.text]);
  return <div dangerouslySetInnerHTML={{ __html: html }} />; // weak
};
`,
  ],
  'hashes and keys': [
    'a.js',
    `'use strict';
const crypto = require('crypto');
const bcrypt = require('bcrypt');
const SALT = 'pepper';
module.exports.hash = (pw) => crypto.createHash('sha256').update(pw + SALT).digest('hex'); // weak
module.exports.hash2 = (password) => crypto.pbkdf2Sync(password, SALT, 1000, 64, 'sha1'); // weak
module.exports.hash3 = async (password) => bcrypt.hash(password, 4); // weak
module.exports.hash4 = async (password) => bcrypt.hash(password, 12);
module.exports.etag = (body) => crypto.createHash('md5').update(body).digest('hex');
module.exports.newKey = () => crypto.generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding: { type: 'spki', format: 'pem' } }); // weak
module.exports.otp = function () { return Math.floor(100000 + Math.random() * 900000); }; // weak
module.exports.otp2 = function () { return crypto.randomInt(100000, 999999); };
`,
  ],
  'resolvers of a graph': [
    'a.ts',
    `import { ApolloServer } from 'apollo-server';
import { User } from './models/user';
import { exec } from 'child_process';
const resolvers = {
  Query: {
    user: (_: unknown, { id }: { id: string }) => User.findOne({ id }),
    run: (parent, args) => exec('run ' + args.name), // weak
  },
  Mutation: {
    async update(_parent, args, ctx) {
      return ctx.db.query(\`UPDATE user SET name = '\${args.name}'\`); // weak
    },
  },
};
new ApolloServer({ resolvers, debug: true, introspection: true }); // weak
`,
  ],
  'templates of several engines': [
    'a.js',
    `import express from 'express';
import nunjucks from 'nunjucks';
import Handlebars from 'handlebars';
import pug from 'pug';
const app = express();
nunjucks.configure('views', { autoescape: true, express: app });
app.get('/a', (req, res) => res.send(nunjucks.renderString('Hi ' + req.query.n, {}))); // weak
app.get('/b', (req, res) => res.send(nunjucks.renderString('Hi {{ n }}', { n: req.query.n })));
app.get('/c', (req, res) => { const t = Handlebars.compile(req.body.tpl); res.send(t({})); }); // weak
app.get('/d', (req, res) => res.send(pug.render('p= name', { name: req.query.name })));
app.get('/e', (req, res) => res.send(pug.render('p !{name}', { name: req.query.name }))); // weak
app.get('/f', (req, res) => res.render('page', { name: req.query.name }));
app.get('/g', (req, res) => res.render(req.query.view)); // weak
`,
  ],
  'a server of web sockets': [
    'a.ts',
    `import { WebSocketServer } from 'ws';
import { readFileSync } from 'fs';
import vm from 'vm';
const wss = new WebSocketServer({ port: 8080 });
wss.on('connection', (ws, req) => {
  ws.on('message', (data) => {
    const msg = JSON.parse(data.toString());
    if (msg.kind === 'file') ws.send(readFileSync('/srv/' + msg.name)); // weak
    if (msg.kind === 'calc') ws.send(String(vm.runInThisContext(msg.code))); // weak
  });
});
`,
  ],
  'routes behind a guard': [
    'a.ts',
    `import { Router } from 'express';
import { requireAuth } from './auth';
import { Note } from './note.model';
import logger from './logger';
const router = Router();
router.get('/notes/:id', requireAuth, async (req, res) => {
  const note = await Note.findOne({ _id: req.params.id, owner: req.user.id });
  res.json(note);
});
router.put('/notes/:id', requireAuth, async (req, res) => {
  logger.info({ body: req.body }, 'update');
  logger.info('update of ' + req.params.id); // weak
  const { title, text } = req.body;
  await Note.updateOne({ _id: req.params.id }, { title: String(title), text: String(text) }); // weak
  res.end();
});
router.delete('/notes/:id', async (req, res) => { // weak
  await Note.deleteOne({ _id: req.params.id });
  res.end();
});
export default router;
`,
  ],
  'archives and addresses of the own site': [
    'a.ts',
    `import Hapi from '@hapi/hapi';
import AdmZip from 'adm-zip';
import { NextResponse } from 'next/server';
import { Record } from './models';
const server = Hapi.server({ port: 3000, host: '127.0.0.1' });
server.route({ method: 'POST', path: '/zip', handler: (request, h) => {
  const zip = new AdmZip(request.payload);
  return { entries: zip.getEntries().length };
} });
server.route({ method: 'POST', path: '/record', handler: async (request, h) => {
  await new Record(request.payload).save(); // weak
  return {};
} });
server.route({ method: 'GET', path: '/page', handler: (request, h) => {
  if (request.query.plain) return h.response({ name: request.query.name });
  return h.response('<p>' + request.query.name + '</p>').type('text/html'); // weak
} });
export async function GET(request) {
  return NextResponse.redirect(new URL('/done', request.url));
}
export async function POST(request) {
  return NextResponse.redirect(new URL(request.nextUrl.searchParams.get('to'), request.url)); // weak
}
`,
  ],
  'a handler of errors and a deep copy': [
    'a.ts',
    `import { Hono } from 'hono';
const app = new Hono();
app.onError((e, c) => {
  if (c.req.path === '/') return c.text('failed', 500);
  return c.text(e.stack ?? '', 500); // weak
});
export function assignDeep(into, from) {
  for (const key in from) {
    if (typeof from[key] === 'object') assignDeep((into[key] ??= {}), from[key]);
    else into[key] = from[key]; // weak
  }
}
export function assignSafe(into, from) {
  for (const key of Object.keys(from)) {
    if (key === '__proto__' || key === 'constructor') continue;
    if (typeof from[key] === 'object') assignSafe((into[key] ??= {}), from[key]);
    else into[key] = from[key];
  }
}
export default app;
`,
  ],
  'secrets in settings': [
    'a.js',
    `const AWS = require('aws-sdk');
const s3 = new AWS.S3({ accessKeyId: '${'AKIA'}QW3RTYUIOPASDFGH', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYq9KzBnLmOp' }); // weak
const transporter = require('nodemailer').createTransport({ host: 'smtp.x.io', auth: { user: 'a', pass: 'Sommer2024!' } }); // weak
const conn = require('mysql').createConnection({ host: 'db', user: 'root', password: process.env.DB_PASS });
const headers = { Authorization: 'Bearer 8f3kd93kfa93kd0sla02kd' }; // weak
const messages = { token: 'Token expired', password: 'Password is required' };
const STORAGE_KEY = 'app.settings';
const tokenType = 'access_token';
`,
  ],
  'a function over MySQL': [
    'a.js',
    `exports.handler = async function (event, context) {
  const { id, html } = JSON.parse(event.body);
  const mysql = require('mysql2/promise');
  const conn = await mysql.createConnection(process.env.DB);
  const [rows] = await conn.execute('SELECT * FROM t WHERE id = ' + id); // weak
  const [ok] = await conn.execute('SELECT * FROM t WHERE id = ?', [id]);
  return { statusCode: 200, body: JSON.stringify(rows.concat(ok)) };
};
`,
  ],
  'a controller that answers by itself': [
    'a.ts',
    `import { createParamDecorator, Controller, Get, Query, Redirect, Res } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { Response } from 'express';
@Controller()
export class AppController {
  constructor(private http: HttpService) {}
  @Get('preview')
  preview(@Query('url') url: string) {
    return this.http.get(url); // weak
  }
  @Get('jump')
  jump(@Query('to') to: string, @Res() res: Response) {
    return res.redirect(to); // weak
  }
  @Get('hello')
  hello(@Query('name') name: string) {
    return { hello: name };
  }
  @Get('cookie')
  cookie(@Res({ passthrough: true }) res: Response) {
    res.cookie('access_token', this.make(), { httpOnly: true, secure: false }); // weak
  }
  private make() { return 'x'; }
}
`,
  ],
  patterns: [
    'a.js',
    `export function parse(text) {
  const a = /^(a+)+$/.test(text); // weak
  const b = /^([a-zA-Z0-9]+\\s?)*$/.exec(text); // weak
  const c = text.match(/^[\\w.]+@[\\w.]+$/);
  const d = text.replace(/\\s+$/g, '');
  const e = /^(?:[a-z]+-)*[a-z]+$/.test(text);
  const f = /(.*)*x/.test(text); // weak
  return [a, b, c, d, e, f];
}
`,
  ],
  'redirects behind checks': [
    'a.js',
    `const express = require('express');
const app = express();
app.get('/a', (req, res) => {
  const url = req.query.url;
  if (!url || !/^https:\\/\\/example\\.com\\//.test(url)) return res.redirect('/');
  res.redirect(url);
});
app.get('/b', (req, res) => {
  const map = { docs: 'https://docs.example.com' };
  res.redirect(map[req.query.k] || '/');
});
app.get('/c', (req, res) => {
  const back = req.get('Referer') || '/';
  res.redirect(back); // weak
});
app.get('/d', (req, res) => {
  const target = new URL(req.query.next, 'https://site.example');
  if (target.origin !== 'https://site.example') return res.redirect('/');
  return res.redirect(target.pathname + target.search);
});
app.get('/e', (req, res) => {
  const next = req.query.next;
  if (next.startsWith('/')) return res.redirect(next); // weak
  res.redirect('/');
});
`,
  ],
  'settings of NestJS': [
    'a.ts',
    `import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: 'my-ultra-S3cret', // weak
    });
  }
}
export const databaseConfig = {
  type: 'postgres',
  host: 'localhost',
  username: 'app',
  password: 'Winter#2021', // weak
};
export const mailConfig = { host: process.env.MAIL_HOST, pass: process.env.MAIL_PASS };
`,
  ],
  'a server with wrapped handlers': [
    'a.js',
    `const express = require('express');
const { execFile, exec } = require('child_process');
const path = require('path');
const fs = require('fs');
const app = express();
const asyncHandler = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next);
app.get('/git', asyncHandler(async (req, res) => {
  exec(\`git log \${req.query.branch}\`, (error, stdout) => { // weak
    if (error) return res.status(500).json({ error: error.toString() }); // weak
    res.type('text/plain').send(stdout);
  });
}));
app.get('/zip/:id', asyncHandler(async (req, res) => {
  const id = Number.parseInt(req.params.id, 10);
  if (Number.isNaN(id)) return res.sendStatus(400);
  exec(\`zip out-\${id}.zip data\`, () => res.download(\`/srv/out-\${id}.zip\`));
}));
app.delete('/f', (req, res) => {
  const file = path.join(__dirname, 'files', req.body.file);
  fs.unlink(file, () => res.sendStatus(204)); // weak
});
class Runner {
  static build(name) { return 'make ' + name; }
  go(name) { exec(Runner.build(name)); } // weak
}
app.post('/run', (req, res) => { new Runner().go(req.body.target); res.end(); });
`,
  ],
  'a view of Angular': [
    'a.ts',
    `import { Injectable } from '@angular/core';
import { DomSanitizer } from '@angular/platform-browser';
@Injectable()
export class View {
  constructor(private sanitizer: DomSanitizer) {}
  trust(html: string) { return this.sanitizer.bypassSecurityTrustHtml(html); } // weak
  read() {
    const t = localStorage.getItem('x') ?? '';
    document.getElementById('a')!.insertAdjacentHTML('beforeend', '<p>' + t + '</p>'); // weak
    document.getElementById('b')!.innerHTML = '';
    document.getElementById('c')!.innerHTML = '<p>fixed</p>';
    document.getElementById('d')!.innerText = t;
  }
}
`,
  ],
  'a puller of archives': [
    'a.mjs',
    `import { request } from 'undici';
import { createReadStream } from 'node:fs';
import tar from 'tar';
import AdmZip from 'adm-zip';
import path from 'node:path';
import fs from 'node:fs';
export async function pull(req, res) {
  const { host } = req.body;
  const { body } = await request(\`http://\${host}:9200/_cat\`); // weak
  body.pipe(res);
}
export function unzip(buffer, dir) {
  const zip = new AdmZip(buffer);
  zip.getEntries().forEach((entry) => {
    const target = path.join(dir, entry.entryName);
    fs.mkdirSync(path.dirname(target), { recursive: true }); // weak
    fs.writeFileSync(target, entry.getData()); // weak
  });
}
`,
  ],
  'handlers of errors': [
    'a.ts',
    `import { Request, Response, NextFunction } from 'express';
import rateLimit from 'express-rate-limit';
export function errorHandler(err: Error, req: Request, res: Response, next: NextFunction) {
  console.error(err);
  res.status(500).json({ message: 'Internal error' });
}
export function errorHandler2(err: Error, _req: Request, res: Response, _next: NextFunction) {
  res.status(500).send({ stack: err.stack }); // weak
}
export function errorHandler3(err: Error, _req: Request, res: Response, _next: NextFunction) {
  const body = process.env.NODE_ENV === 'production' ? 'failed' : err.stack;
  res.status(500).send(body);
}
export async function login(req: Request, res: Response) {
  const { username, password } = req.body;
  console.log('login attempt', username, password); // weak
  res.cookie('refreshToken', sign(username), { httpOnly: true, secure: process.env.NODE_ENV === 'production', sameSite: 'strict' });
  res.end();
}
`,
  ],
  'queries put together with care': [
    'a.js',
    `import { Pool } from 'pg';
import format from 'pg-format';
const pool = new Pool();
const SORTS = { new: 'created_at DESC', top: 'score DESC' };
export async function list(req, res) {
  const order = SORTS[req.query.sort] || SORTS.new;
  const limit = Math.min(Number(req.query.limit) || 20, 100);
  const { rows } = await pool.query(\`SELECT * FROM post ORDER BY \${order} LIMIT \${limit}\`);
  res.json(rows);
}
export async function many(ids) {
  const marks = ids.map((_, i) => '$' + (i + 1)).join(', ');
  return pool.query(\`SELECT * FROM post WHERE id IN (\${marks})\`, ids);
}
export async function byTags(tags) {
  const where = tags.map((t) => \`tag = '\${t}'\`).join(' OR ');
  return pool.query('SELECT * FROM post WHERE ' + where); // weak
}
export async function remove(table, id) {
  await pool.query(\`DELETE FROM \${table} WHERE id = \${id}\`); // weak
}
export async function formatted(name) {
  return pool.query(format('SELECT * FROM post WHERE name = %L', name));
}
export async function dynamic(filters) {
  const conditions = [];
  const values = [];
  if (filters.name) { values.push(filters.name); conditions.push(\`name = $\${values.length}\`); }
  return pool.query('SELECT * FROM post WHERE ' + conditions.join(' AND '), values);
}
`,
  ],
  'a handler of Nuxt': [
    'a.vue.ts',
    `import { defineEventHandler, getQuery, readBody, sendRedirect } from 'h3';
import { $fetch } from 'ofetch';
export default defineEventHandler(async (event) => {
  const { url } = getQuery(event);
  return $fetch(url); // weak
});
`,
  ],
  'a route of SvelteKit': [
    'a.ts',
    `import type { RequestHandler, PageServerLoad } from './$types';
import { redirect } from '@sveltejs/kit';
import { readFileSync } from 'node:fs';
export const GET: RequestHandler = async ({ url, params }) => {
  const name = url.searchParams.get('name');
  return new Response(readFileSync('/srv/' + name)); // weak
};
export const load = async ({ url }) => {
  redirect(302, url.searchParams.get('to')); // weak
};
`,
  ],
  'tokens that are signed': [
    'a.js',
    `const crypto = require('crypto');
const users = require('./users');
function verifyToken(token, secret) {
  const [payload, sig] = token.split('.');
  const expected = crypto.createHmac('sha256', secret).update(payload).digest('base64url');
  return sig === expected; // weak
}
function verifySafe(token, secret) {
  const [payload, sig] = token.split('.');
  const expected = crypto.createHmac('sha256', secret).update(payload).digest();
  const given = Buffer.from(sig, 'base64url');
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}
const apiKey = (req) => req.get('x-api-key') === process.env.API_KEY; // weak
const generateSessionId = () => crypto.createHash('sha256').update(String(Date.now())).digest('hex'); // weak
const sid = () => crypto.randomUUID();
const nonce = Math.random(); // weak
module.exports = { verifyToken, verifySafe, apiKey, generateSessionId, sid, nonce };
`,
  ],
  'routes over Mongoose': [
    'a.js',
    `const mongoose = require('mongoose');
const express = require('express');
const router = express.Router();
const Item = mongoose.model('Item');
router.get('/items', async (req, res) => {
  const filter = {};
  if (req.query.owner) filter.owner = req.query.owner;
  const items = await Item.find(filter); // weak
  res.json(items);
});
router.get('/items2', async (req, res) => {
  const { owner } = req.query;
  if (typeof owner !== 'string') return res.status(400).end();
  const items = await Item.find({ owner });
  return res.json(items);
});
router.post('/items', async (req, res) => {
  const item = new Item(req.body); // weak
  await item.save();
  res.json(item);
});
router.post('/items2', async (req, res) => {
  const { name, price } = req.body;
  const item = new Item({ name, price });
  await item.save();
  res.json(item);
});
router.patch('/items/:id', async (req, res) => {
  const item = await Item.findById(req.params.id);
  Object.keys(req.body).forEach((key) => { item[key] = req.body[key]; }); // weak
  await item.save();
  res.json(item);
});
module.exports = router;
`,
  ],
  'classes, namespaces and enumerations': [
    'a.ts',
    `import { Entity, DataSource } from 'typeorm';
import { exec as execCb } from 'child_process';
import { promisify } from 'util';
const exec = promisify(execCb);
export abstract class Base<T> {
  protected constructor(protected readonly ds: DataSource) {}
  protected async raw(where: string): Promise<T[]> {
    return this.ds.query(\`SELECT * FROM thing WHERE \${where}\`); // weak
  }
}
export namespace Tools {
  export async function run(cmd: string) { const { stdout } = await exec(\`git \${cmd}\`); return stdout; } // weak
}
enum Kind { A = 'a', B = 'b' }
export const q = (db: any, k: Kind) => db.query('SELECT * FROM t WHERE k = ' + Kind.A);
export const h: (x: string) => void = (x) => { if (x satisfies string) eval(x!); }; // weak
`,
  ],
  'a server in the style of old': [
    'a.js',
    `var express = require('express'), app = express(), cp = require('child_process');
app.get('/', function (req, res, next) {
  var host = req.param('host') || req.params.host;
  cp.exec('nslookup ' + host, function (e, out) { // weak
    if (e) return next(e);
    res.set('Content-Type', 'text/html');
    res.send('<pre>' + out + '</pre>');
  });
});
app.post('/cmd', function (req, res) {
  var allowed = { up: 'uptime', df: 'df -h' };
  var cmd = allowed[req.body.cmd];
  if (!cmd) { res.status(400).end(); return; }
  cp.exec(cmd, function (err, out) { res.type('txt').send(out); });
});
app.get('/echo', function (req, res) {
  res.write('<div>' + req.query.a + '</div>'); // weak
  res.end();
});
`,
  ],
  'handlers kept in an object': [
    'a.js',
    `module.exports = {
  async list(req, res) {
    const where = Object.entries(req.query).map(([k, v]) => \`\${k} = '\${v}'\`).join(' AND ');
    const rows = await req.db.query('SELECT * FROM item WHERE ' + where); // weak
    res.json(rows);
  },
  read: async (req, res) => res.sendFile('/srv/files/' + req.params.file), // weak
  remove(req, res) {
    const id = +req.params.id;
    return req.db.query('DELETE FROM item WHERE id = ' + id);
  },
};
`,
  ],
  'files and their permissions': [
    'a.ts',
    `import fs from 'fs';
import crypto from 'crypto';
import os from 'os';
const tmp = \`/tmp/upload-\${process.pid}.bin\`;
export const save = (b: Buffer) => fs.writeFileSync(tmp, b); // weak
export const save2 = (b: Buffer) => fs.writeFileSync(\`/tmp/\${crypto.randomUUID()}.bin\`, b);
export const save3 = (b: Buffer) => fs.writeFileSync(\`\${os.tmpdir()}/\${Date.now()}.bin\`, b); // weak
fs.mkdirSync('/srv/shared', { mode: 0o777 }); // weak
fs.writeFileSync('/srv/key.pem', process.env.KEY!, { mode: 0o600 });
process.umask(0); // weak
`,
  ],
  'a page and a route of Next': [
    'a.tsx',
    `import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { db } from '@/lib/db';
export default async function Page({ searchParams, params }: { searchParams: { q: string }; params: { id: string } }) {
  const rows = await db.query(\`SELECT * FROM p WHERE name LIKE '%\${searchParams.q}%'\`); // weak
  if (!rows.length) redirect('/none');
  return <ul>{rows.map((r) => <li key={r.id}>{r.name}</li>)}</ul>;
}
export async function POST(request: Request) {
  const data = await request.formData();
  const next = data.get('next') as string;
  cookies().set('session', crypto.randomUUID(), { httpOnly: true, secure: true });
  cookies().set('auth_token', crypto.randomUUID()); // weak
  redirect(next); // weak
}
`,
  ],
  'clients, keys and tokens': [
    'a.js',
    `import axios from 'axios';
import https from 'node:https';
import jwt from 'jsonwebtoken';
import NodeRSA from 'node-rsa';
import CryptoJS from 'crypto-js';
const agent = new https.Agent({
  keepAlive: true,
  rejectUnauthorized: false, // weak
});
export const get = (u) => axios.get('https://api.example/x', { httpsAgent: agent });
export const key = new NodeRSA({ b: 512 }); // weak
export const seal = (t, k) => CryptoJS.AES.encrypt(t, k, { mode: CryptoJS.mode.ECB }).toString(); // weak
export const des = (t, k) => CryptoJS.DES.encrypt(t, k).toString(); // weak
export const hash = (password) => CryptoJS.MD5(password).toString(); // weak
export function who(req) {
  const [, payload] = req.headers.authorization.split('.');
  return JSON.parse(atob(payload)); // weak
}
export const sign = (u) => jwt.sign({ u }, process.env.JWT_KEY, { algorithm: 'none' }); // weak
`,
  ],
};

it.each(Object.entries(PROGRAMS))('finds what is weak in %s, and nothing else', (_name, [file, source]) => {
  const weak = source.split('\n').flatMap((line, position) => (/\/\/ weak\b/.test(line) ? [position + 1] : []));
  expect([...new Set(engine.check(source, file).map((hit) => hit.line))]).toEqual(weak);
});
