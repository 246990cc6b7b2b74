import { existsSync } from 'node:fs';
import { OptionError } from '@harness-sdk/core';
import type { CliContext } from '../cli-context.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { CONFIG_TEMPLATE, CONFIG_TEMPLATE_PATH } from '../init/config-template.ts';
import { WORKFLOW_TEMPLATE, WORKFLOW_TEMPLATE_PATH } from '../init/workflow-template.ts';
import { checkOutputFile, writeOutputFile } from '../output-file.ts';
import type { GivenSettings } from '../settings.ts';

const templates: readonly (readonly [path: string, text: string])[] = [
  [CONFIG_TEMPLATE_PATH, CONFIG_TEMPLATE],
  [WORKFLOW_TEMPLATE_PATH, WORKFLOW_TEMPLATE],
];

/**
 * Writes a configuration file and a workflow into the working directory.
 *
 * @throws OptionError where one of them is there already, unless `--force` is given, or cannot be written.
 */
export async function runInit({ force }: GivenSettings, context: CliContext): Promise<number> {
  const files = [];
  for (const [path, text] of templates) {
    const file = await checkOutputFile(path, context.cwd, 'force');
    files.push({ path, file, text, isThere: existsSync(file.path) });
  }
  const present = files.filter(({ isThere }) => isThere).map(({ path }) => path);
  if (present.length > 0 && force !== true) {
    throw new OptionError('force', `${present.join(' and ')} would be overwritten. To allow it, give --force.`);
  }
  for (const { file, text } of files) await writeOutputFile(file, text);
  await context.writeOut(files.map(({ path, isThere }) => `${isThere ? 'Overwrote' : 'Wrote'} ${path}\n`).join(''));
  return EXIT_CODES.clean;
}
