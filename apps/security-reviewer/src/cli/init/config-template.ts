/** Where `init` writes the configuration, from the working directory. */
export const CONFIG_TEMPLATE_PATH = 'security-review.config.yaml';

/** What it writes there: the defaults, to be changed. */
export const CONFIG_TEMPLATE: string = `# Settings of security-reviewer. Each is an option of the same name; what the command line says wins.
# A file that belongs to the reviewed code can only narrow the review and make it stricter; see --trust-config.

# Findings of this severity or above end the program with 1: none, critical, high, medium, low, info.
fail-on: high

# Findings that a reviewer is less sure of are listed as suppressed.
min-confidence: 0.5

# Files that are not reviewed, as in .gitignore.
exclude:
  - '**/fixtures/'

# Most that a review with a language model may cost, in US dollars.
max-cost: 2.00
`;
