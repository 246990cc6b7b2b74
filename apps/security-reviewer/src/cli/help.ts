/** What `--help` prints. */
export const HELP: string = `Usage: security-reviewer [options] [path…]

Reviews source code for security weaknesses. Files are only read: nothing is run, nothing is written.
Paths are files and directories; default is the current directory.

  --provider NAME    rules: built-in rules, no key, nothing leaves this machine (default)
                     a language model of anthropic, google, ollama or openai, with the key in
                     ANTHROPIC_API_KEY, GEMINI_API_KEY or OPENAI_API_KEY; ollama needs none
  --model ID         the model, as its provider names it; needed with a provider
  --max-cost USD     ceiling for the whole review with a language model (default 2.00)
  --verify HOW       how findings are looked at again: off, code (default with the rules),
                     model (default with a language model, which can only lower them)
  --concurrency N    sessions of the language model at a time (default 4)
  --format FORMAT    markdown (default) or json; json is the same bytes for the same findings
  --fail-on LEVEL    end with 1 for findings of this severity or above:
                     none, info, low, medium, high (default), critical
  -q, --quiet        no progress on stderr
  -h, --help         this text
  -V, --version      the version

Exit codes: 0 clean, 1 findings at --fail-on or above, 2 wrong usage, 3 incomplete, 4 provider failed,
130 interrupted.
`;
