import { describe, expect, it, test } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();

/** Lines that are reported. */
function linesIn(path: string, text: string): number[] {
  return engine.check(text, path).map(({ line }) => line);
}

describe('a secret', () => {
  test.each([
    ['.env', 'DB_PASSWORD=hunter2horse'],
    ['.env.production', 'export API_TOKEN="tok_9f8a7b6c5d4e3f21" # ours'],
    ['app.properties', 'spring.datasource.password = plumtractor'],
    ['config.toml', 'db = { user = "a", password = "Plum58tractor" }'],
    ['main.tf', 'provider "x" { secret_key = "9f8a7b6c5d4e3f21aa" }'],
    ['Dockerfile', 'ENV A=1 DB_PASSWORD=hunter2horse B=2'],
    ['Dockerfile', 'ENV API_TOKEN 9f8a7b6c5d4e3f21'],
    ['compose.yml', '      - API_SECRET=aj39Fkd02Lmq9'],
    ['compose.yml', '      APP_SECRET: "aj39Fkd02Lmq9"'],
    ['settings.json', '{ "jwt": { "secretKey": "0f9e8d7c6b5a49382716" } }'],
    ['settings.json', '{ "main": "Server=db;User Id=sa;Password=Plum-Tractor-58;" }'],
    ['web.config', '<add key="ApiSecret" value="9f8a7b6c5d4e3f21aa" />'],
    ['web.config', '<password>Plum-58-x</password>'],
    ['.netrc', 'machine x login bob password Tr4ctor58'],
    ['.npmrc', '//registry.internal/:_authToken=9f8a7b6c-5d4e-3f21-aa00'],
  ])('is found in %s: %s', (path, line) => {
    expect(linesIn(path, `\n${line}\n`)).toEqual([2]);
  });

  it('is found under the name above it', () => {
    expect(linesIn('pod.yaml', 'env:\n  - name: DB_PASSWORD\n    value: s3cr3t-Plum\n')).toEqual([3]);
  });

  it('is found by its format, whatever it is called, in an example too', () => {
    const key = ['sk', 'live', '9f8a7b6c5d4e3f21aa00'].join('_');
    expect(linesIn('examples/.env', `STRIPE=${key}\n`)).toEqual([1]);
  });

  it('is found in an address', () => {
    expect(linesIn('.env', 'DATABASE_URL=postgres://app:Tr4ctor9plum@db.internal/app\n')).toEqual([1]);
  });

  it('is found in a private key over several lines, at its first', () => {
    const key = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ');
    expect(linesIn('server.pem', `${key}\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n`)).toEqual([1]);
    expect(linesIn('notes.yml', `about: ${key} is how it starts\n`)).toEqual([]);
  });
});

describe('nothing is reported', () => {
  test.each([
    ['.env', 'SECRET_KEY=${SECRET_KEY}'],
    ['.env', 'SMTP_PASSWORD=<your password>'],
    ['.env', 'JWT_SECRET=changeme'],
    ['.env', 'PASSWORD_MIN_LENGTH=12'],
    ['.env', 'DB_PASSWORD='],
    ['.env', '# DB_PASSWORD=hunter2horse'],
    ['.env', 'DATABASE_URL=postgres://postgres:postgres@localhost/app'],
    ['.env.example', 'DB_PASSWORD=hunter2horse'],
    ['main.tf', '  password = var.db_password'],
    ['main.tf', '  password = random_password.main.result'],
    ['compose.yml', '      POSTGRES_PASSWORD: postgres'],
    ['ci.yml', '      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}'],
    ['locales/de.yml', 'password: Kennwort1'],
    ['package.json', '{ "scripts": { "reset-password": "node reset.js" } }'],
    ['web.config', '<assembly publicKeyToken="b77a5c561934e089" />'],
    ['package-lock.json', '{ "token": "9f8a7b6c5d4e3f21aa" }'],
    ['.env', 'GITHUB=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
  ])('in %s: %s', (path, line) => {
    expect(linesIn(path, `${line}\n`)).toEqual([]);
  });
});

describe('a default password', () => {
  test.each([
    ['tools.json', '{ "admin": { "user": "root", "password": "root" } }'],
    ['settings.json', '{ "login": "admin", "password": "password" }'],
    ['app.properties', 'spring.datasource.password=postgres'],
    ['values.yaml', '  rootPassword: toor'],
    ['server.xml', '<user username="tomcat" password="tomcat" roles="manager-gui" />'],
    ['.env', 'ADMIN_PASSWORD=admin123'],
  ])('is found in %s: %s', (path, line) => {
    expect(linesIn(path, `\n${line}\n`)).toEqual([2]);
  });

  it('weighs less than a secret', () => {
    expect(engine.check('{ "password": "root" }\n', 'a.json')).toMatchObject([
      { kind: 'hardcoded-credentials', severity: 'medium', confidence: 0.6 },
    ]);
  });

  test.each([
    ['config.json', '{ "host": "localhost", "user": "root", "password": "root" }'],
    ['config.json', '{\n  "password": "root",\n  "host": "127.0.0.1"\n}'],
    ['.github/workflows/ci.yml', '  MYSQL_PASSWORD: root'],
    ['config/development.json', '{ "password": "root" }'],
    ['form.json', '{ "username": "Username", "password": "Password" }'],
    ['form.json', '{ "passwordType": "admin", "passwordPolicy": "default" }'],
    ['form.json', '{ "password": "required" }'],
  ])('is none in %s: %s', (path, text) => {
    expect(linesIn(path, `${text}\n`)).toEqual([]);
  });
});

it('marks the value alone', () => {
  const [hit] = engine.check('A=1\r\nDB_PASSWORD=hunter2horse\r\n', '.env');
  expect(hit).toMatchObject({ line: 2, endLine: 2, column: 13, evidence: 'DB_PASSWORD=hunter2horse' });
});

it('reads a long line of braces without going back over it', () => {
  const line = `password=Tr4ctor${'}'.repeat(1_900)}x`;
  expect(linesIn('a.ini', `${line}\n`.repeat(400))).toHaveLength(400);
});
