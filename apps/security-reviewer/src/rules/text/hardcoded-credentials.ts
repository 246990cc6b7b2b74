import type { Detection, TextRule } from '../detection.ts';
import { KIND_DESCRIPTIONS } from '../knowledge/kind-descriptions.ts';
import { findSecretFormat } from '../knowledge/secret-formats.ts';
import { holdsSecretFormat, isSecretValue, secretClassOf } from '../knowledge/secret-name.ts';
import { holdsLastingSettings, isDefaultPassword } from './default-password.ts';
import { isMadeUp, textFormatOf, type TextFormat } from './text-format.ts';
import { textSettings, type TextSetting } from './text-settings.ts';

/** Formats whose files configure one machine, so that a plain word is a password in use too. */
const OWN_SETTINGS: ReadonlySet<TextFormat> = new Set(['assignment', 'docker', 'login']);

/** What a value is taken from when the program runs: the environment, a store, another setting. */
const REFERENCE =
  /^\$|\$\{|\$\(|\{\{|^<.*>$|^%.*%$|^@\w|^!\w|^ENC[([]|^(?:var|local|data|module|each|self|env|vault|op|ssm|secret|secretKeyRef|ref|sops|aws|gcp|azurerm?|random_\w+|file|path|templatefile|sensitive|lookup|coalesce)[.:(]|^\w+\(|^\w+(?:\.\w+)+(?:\[\w*\])?$|^\[|\.\.\.|…|\*{3,}/;

/** Well-known words of local services, which protect nothing and are not meant to. */
const WELL_KNOWN =
  /^(?:postgres(?:ql)?|mysql|mariadb|root|admin|guest|user|username|minio(?:admin)?|rabbitmq|redis|mongo(?:db)?|elastic|sa|app|docker|pass(?:word)?|secret|token|key|nobody|yes|no|on|off|always|never|auto|manual|basic|bearer|plain|md5|inherit|file|read|write|all|only|self|strict|prompt)$/i;

/** Less than a secret, and as good as none. */
const DEFAULT_PASSWORD: Pick<Detection, 'severity' | 'confidence' | 'note'> = {
  severity: 'medium',
  confidence: 0.6,
  note: 'It is a well-known default, which is tried before anything else.',
};

/** Secrets in files of settings. */
export const TEXT_HARDCODED_CREDENTIALS: TextRule = {
  id: 'text/hardcoded-credentials',
  ...KIND_DESCRIPTIONS['hardcoded-credentials'],
  fix: 'Keep the value out of the repository: give it by the environment or a secret store when the program is deployed, and replace the one that was published.',
  weakExample: 'DATABASE_HOST=db.internal\nDATABASE_PASSWORD=plum-Tractor-58\n',
  safeExample: 'DATABASE_HOST=db.internal\nDATABASE_PASSWORD=${DATABASE_PASSWORD}\n',
  *scan(text, path) {
    yield* formatted(text);
    const format = textFormatOf(path);
    if (format === undefined || isMadeUp(path)) return;
    const settings = [...textSettings(text, format)];
    const isLasting = holdsLastingSettings(path);
    for (const [index, setting] of settings.entries()) {
      if (isSecret(setting, OWN_SETTINGS.has(format)) || isConnection(setting)) yield { span: spanOf(setting) };
      else if (isLasting && isDefaultPassword(settings, index)) yield { span: spanOf(setting), ...DEFAULT_PASSWORD };
    }
  },
};

function isSecret({ name, value }: TextSetting, isLoose: boolean): boolean {
  const text = value.trim();
  const kind = secretClassOf(name.replace(/^.*[:/]/, ''));
  if (kind === undefined || REFERENCE.test(text) || WELL_KNOWN.test(text) || /^\d{1,5}$/.test(text)) return false;
  return isSecretValue(text, kind, isLoose);
}

/** `Server=db;User Id=app;Password=…`, whatever the setting is called. */
function isConnection({ value }: TextSetting): boolean {
  const password = /(?:^|[\s;])(?:password|pwd)=([^\s;]+)/i.exec(value)?.[1];
  if (password === undefined || REFERENCE.test(password) || WELL_KNOWN.test(password)) return false;
  return holdsSecretFormat(value);
}

function spanOf({ value, line, lineStart, column }: TextSetting): Detection['span'] {
  const start = lineStart + column;
  return { start, end: start + value.length, line, endLine: line };
}

/** Secrets in a format of their own, and addresses with a password, whatever they are called. */
function* formatted(text: string): Generator<Detection> {
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    // The line below a key's first one is needed to tell a key from talk of one.
    const shown = line.includes('PRIVATE KEY') ? text.slice(start, start + 400) : line.slice(0, 4_000);
    const found = findSecretFormat(shown);
    const address = /[a-z][a-z\d+.-]{1,30}:\/\/[^\s"'<>]{1,300}/i.exec(shown);
    if (found !== undefined && found.start <= line.length) {
      yield {
        span: { start: start + found.start, end: start + found.end, line: index + 1, endLine: index + 1 },
        confidence: 0.9,
      };
    } else if (address !== null && isOpenAddress(address[0])) {
      const from = start + address.index;
      yield { span: { start: from, end: from + address[0].length, line: index + 1, endLine: index + 1 } };
    }
    start += line.length + 1;
  }
}

function isOpenAddress(address: string): boolean {
  const password = /^[^:]+:\/\/[^/\s:@]*:([^@]+)@/.exec(address)?.[1];
  if (password === undefined || REFERENCE.test(password) || WELL_KNOWN.test(password)) return false;
  return !/@(?:localhost|127\.|\[::1\]|example\.|[\w-]+\.example)/.test(address) && holdsSecretFormat(address);
}
