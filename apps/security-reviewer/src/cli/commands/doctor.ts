import { spawnSync } from 'node:child_process';
import { AgentError, messageOf } from '@harness-sdk/core';
import { createPriceBook } from '@harness-sdk/pricing';
import { toVisibleName, toVisibleText } from '../../report/inert-text.ts';
import { createRulesEngine } from '../../rules/engine.ts';
import { chooseProvider, DEFAULT_MODELS, keySeen } from '../choose-provider.ts';
import type { CliContext } from '../cli-context.ts';
import { effectiveSettings } from '../effective-settings.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { isInstalled, KEYS, loadModel, PACKAGES, PROVIDER_NAMES } from '../load-model.ts';
import type { GivenSettings } from '../settings.ts';

/** One thing that was looked at. Only what a review here needs can fail. */
interface Check {
  readonly status: 'ok' | 'none' | 'FAILED';
  readonly text: string;
}

/** Says what a review would run with. Keys are named and never shown; nothing is sent. */
export async function runDoctor(flags: GivenSettings, context: CliContext): Promise<number> {
  const { settings, configPath } = effectiveSettings(flags, ['.'], context.cwd);
  const checks: Check[] = [
    { status: 'ok', text: `security-reviewer ${context.version}, Node ${process.versions.node}` },
    configPath === undefined
      ? { status: 'none', text: 'configuration: no file, so the defaults hold' }
      : { status: 'ok', text: `configuration: ${toVisibleName(configPath)}` },
    ...PROVIDER_NAMES.map((provider) => checkProvider(provider, context)),
    ...(await checkReviewer(settings, context)),
    await checkGrammars(),
    checkGit(),
  ];
  await context.writeOut(checks.map(({ status, text }) => `${status.padEnd(6)}  ${text}\n`).join(''));
  return checks.some(({ status }) => status === 'FAILED') ? EXIT_CODES.provider : EXIT_CODES.clean;
}

function checkProvider(provider: string, { environment = {} }: CliContext): Check {
  const keys = KEYS[provider] ?? [];
  const seen = keySeen(provider, environment);
  const key =
    keys.length === 0 ? 'needs no key' : seen === undefined ? `${keys.join(' or ')} is not set` : `${seen} is set`;
  const packageName = PACKAGES[provider] ?? '';
  const isThere = isInstalled(packageName);
  const model = DEFAULT_MODELS[provider];
  const text = [
    `${provider}: ${key}`,
    isThere ? 'installed' : `not installed: npm install ${packageName}`,
    model === undefined ? 'needs --model' : `default model ${model}`,
  ].join('; ');
  return { status: isThere && (keys.length === 0 || seen !== undefined) ? 'ok' : 'none', text };
}

async function checkReviewer(settings: GivenSettings, context: CliContext): Promise<Check[]> {
  try {
    const { provider, model, why } = chooseProvider(settings, context.environment ?? {});
    if (model === undefined) {
      return [{ status: 'ok', text: `a review here: built-in rules, not a language model (${why}); costs nothing` }];
    }
    const loaded = await (context.loadModel?.(provider, model) ?? loadModel(provider, model));
    const isFree = loaded.info.local === true;
    const price = createPriceBook().price({ input: 1, output: 1 }, { provider, id: model }, Date.now());
    const cost = isFree ? 'costs nothing' : price === undefined ? 'price not known, so no cost ceiling' : 'price known';
    return [{ status: 'ok', text: `a review here: ${toVisibleName(`${provider}/${model}`)} (${why}); ${cost}` }];
  } catch (error) {
    if (!AgentError.isInstance(error)) throw error;
    return [{ status: 'FAILED', text: `a review here: ${toVisibleText(error.message)}` }];
  }
}

async function checkGrammars(): Promise<Check> {
  try {
    const { rules } = await createRulesEngine();
    return { status: 'ok', text: `built-in rules: ${rules.length}, with their grammars` };
  } catch (error) {
    return { status: 'FAILED', text: `built-in rules: ${toVisibleText(messageOf(error))}` };
  }
}

function checkGit(): Check {
  const { status, stdout } = spawnSync('git', ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0
    ? { status: 'ok', text: toVisibleText(stdout) }
    : { status: 'none', text: 'git: not found, so changes cannot be reviewed by themselves' };
}
