/** How a setting is written, and what it may be. */
export interface Setting<Value> {
  /** What stands for its value in a message: `FILE`, or `[BASE]` where it may be left out. Absent for a switch. */
  readonly placeholder?: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** What it takes, for messages: `US dollars above 0, such as 2.00`. */
  readonly expected: string;
  /** Words it takes, to find the one that was meant. */
  readonly choices?: readonly string[];
  /** True where it may be given several times. */
  readonly isList?: boolean;
  /** True where it names a file or directory: in a configuration file, starting from that file. */
  readonly isPath?: boolean;
  /** True where a configuration file cannot have it. */
  readonly isForCommandLine?: boolean;
  /**
   * Reads what was given: text from the command line (a list of them for a list, `true` for a switch), any value from a
   * configuration file. `undefined` where it is wrong.
   */
  read(given: unknown): Value | undefined;
}

type Traits = Pick<Setting<unknown>, 'short' | 'isPath' | 'isForCommandLine'>;

/** On or off. */
export function switchSetting(traits: Traits = {}): Setting<boolean> {
  return { ...traits, expected: 'true or false', read: (given) => (typeof given === 'boolean' ? given : undefined) };
}

/** Any text but an empty one. */
export function textSetting(placeholder: string, expected: string, traits: Traits = {}): Setting<string> {
  return { ...traits, placeholder, expected, read: readText };
}

/** The path of a file or directory. */
export function pathSetting(placeholder: string, traits: Traits = {}): Setting<string> {
  return textSetting(placeholder, 'the path of a file or directory', { ...traits, isPath: true });
}

/** One of some words, in letters of either case. */
export function choiceSetting<Choice extends string>(
  placeholder: string,
  choices: readonly Choice[],
  traits: Traits = {},
): Setting<Choice> {
  const read = (given: unknown): Choice | undefined => {
    const word = readText(given)?.toLowerCase();
    return choices.find((choice) => choice === word);
  };
  return { ...traits, placeholder, choices, expected: choices.join(', '), read };
}

/** A number that a reader makes of a text; a number in a configuration file stands for its text. */
export function numberSetting(
  placeholder: string,
  expected: string,
  fromText: (text: string) => number | undefined,
): Setting<number> {
  return {
    placeholder,
    expected,
    read: (given) => {
      const text = typeof given === 'number' ? String(given) : readText(given);
      return text === undefined ? undefined : fromText(text);
    },
  };
}

/** Several values: one item each time it is given, or several with commas between them. */
export function listSetting<Item>(
  placeholder: string,
  expected: string,
  fromText: (text: string) => Item | undefined,
  choices: readonly string[] = [],
): Setting<readonly Item[]> {
  return {
    placeholder,
    expected,
    choices,
    isList: true,
    read: (given) => {
      const texts = (Array.isArray(given) ? given : [given]).map(readText);
      const words = texts.flatMap((text) => (text === undefined ? [undefined] : splitAtCommas(text)));
      const items = words.map((word) => (word === undefined || word === '' ? undefined : fromText(word)));
      return items.length > 0 && items.every((item) => item !== undefined) ? items : undefined;
    },
  };
}

/** Commas inside braces belong to a glob. */
function splitAtCommas(text: string): string[] {
  return text.split(/,(?![^{]*\})/).map((word) => word.trim());
}

function readText(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined;
}
