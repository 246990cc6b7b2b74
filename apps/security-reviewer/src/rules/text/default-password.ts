import { secretClassOf, wordsOf } from '../knowledge/secret-name.ts';
import type { TextSetting } from './text-settings.ts';

/** What programs and devices are delivered with, and what is tried first. */
const DEFAULTS =
  /^(?:root|toor|admin(?:istrator)?\d{0,4}|guest|postgres(?:ql)?|mysql|mariadb|oracle|sa|rabbitmq|minioadmin|elastic|tomcat|cisco|ubnt|raspberry|vagrant|qwerty|letmein|welcome|1234|12345)$/i;
/** Words that are a password too, beside the name of a user; by themselves they may be a label or a type. */
const LABELS = /^(?:password|passwd|pass|secret|user|default)$/i;
const USERS =
  /^(?:root|admin(?:istrator)?|guest|postgres|mysql|mariadb|oracle|sa|rabbitmq|minioadmin|elastic|tomcat|user|system)$/i;
const USER_NAMES: ReadonlySet<string> = new Set(['user', 'username', 'login', 'account', 'uid']);
const LOCAL = /(?:^|[/@=])(?:localhost|127\.0\.0\.1|\[?::1\]?)(?:$|[:/;])/i;
/** Services that are made for one run or one machine, and gone afterwards. */
const SHORT_LIVED =
  /(?:^|[/\\])(?:docker-)?compose[\w.-]*\.ya?ml$|(?:^|[/\\])\.(?:github|circleci|gitlab-ci|travis|drone|devcontainer)|(?:^|[/\\])(?:azure|bitbucket)-pipelines|(?:^|[/\\._-])(?:dev|development|local|ci)(?:[/\\._-]|$)/i;

/** Settings and lines before and behind a password that belong to it. */
const nearSettings = 6;
const nearLines = 5;

/** Whether a file's services stay, so that a well-known password in it lets someone in. */
export function holdsLastingSettings(path: string): boolean {
  return !SHORT_LIVED.test(path);
}

/** Whether a setting is a password that everyone tries first, of a service that is not on the same machine. */
export function isDefaultPassword(settings: readonly TextSetting[], index: number): boolean {
  const setting = settings[index];
  if (setting === undefined || secretClassOf(setting.name.replace(/^.*[:/]/, '')) !== 'password') return false;
  const value = setting.value.trim();
  if (!DEFAULTS.test(value) && !LABELS.test(value)) return false;
  const near = settings
    .slice(Math.max(0, index - nearSettings), index + nearSettings + 1)
    .filter(({ line }) => Math.abs(line - setting.line) <= nearLines);
  if (near.some((one) => LOCAL.test(one.value))) return false;
  return DEFAULTS.test(value) || near.some(isDefaultUser);
}

function isDefaultUser({ name, value }: TextSetting): boolean {
  return USER_NAMES.has(wordsOf(name).at(-1) ?? '') && USERS.test(value.trim());
}
