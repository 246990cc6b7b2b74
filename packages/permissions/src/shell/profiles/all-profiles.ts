import type { Argument, CheckOptions, ProgramProfile } from './argument.ts';
import type { CommandTable, SubcommandTable } from './command-table.ts';
import { createProfile } from './create-profile.ts';
import { createFindProfile } from './find-expression.ts';
import { builders } from './tables/builders.ts';
import { containerPrograms } from './tables/containers.ts';
import { git } from './tables/git.ts';
import { network } from './tables/network.ts';
import { nodeTools } from './tables/node-tools.ts';
import { npm, npx, scriptRunner } from './tables/npm.ts';
import { createPythonProfile, pythonTools } from './tables/python.ts';
import { readers } from './tables/readers.ts';
import { search } from './tables/search.ts';
import { createTarProfile } from './tables/tar.ts';
import { text } from './tables/text.ts';
import { writers } from './tables/writers.ts';

/** The tables of the programs that are known. */
export const commandTables: Readonly<Record<string, CommandTable | SubcommandTable>> = {
  ...readers,
  ...search,
  ...text,
  ...writers,
  ...network,
  ...builders,
  ...containerPrograms,
  ...nodeTools,
  ...pythonTools,
  git,
  npm,
  npx,
  bunx: npx,
  pnpx: npx,
  pnpm: scriptRunner,
  yarn: scriptRunner,
  bun: scriptRunner,
};

/** The programs that are known, by name. */
export const profiles: ReadonlyMap<string, ProgramProfile> = new Map([
  ...Object.entries(commandTables).map(([name, table]) => [name, createProfile(table, checkKnown)] as const),
  ['find', createFindProfile(checkKnown)],
  ['tar', createTarProfile(checkKnown)],
  ['python', createPythonProfile(checkKnown)],
  ['python3', createPythonProfile(checkKnown)],
  ['gtar', createTarProfile(checkKnown)],
]);

/** Why arguments are not safe; of a program that is not known nothing can be said. */
function checkKnown(program: string, args: readonly Argument[], options?: CheckOptions): string | undefined {
  return profiles.get(program)?.checkArguments(args, options);
}
