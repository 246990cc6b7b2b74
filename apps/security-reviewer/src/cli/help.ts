/** What `--help` prints. Every option is in it, and it fits on a screen. */
export const HELP: string = `Usage: security-reviewer [review] [options] [path…]   reviews files, directories and globs (default .)
       security-reviewer baseline [path…]             keeps what is found now as known
       security-reviewer verify REPORT [--json]       what became of an earlier report's findings
       security-reviewer rules [--json]               lists the built-in rules
       security-reviewer explain RULE|FINGERPRINT     why, fix and examples [--report FILE]
       security-reviewer init [--force]               writes a configuration and a workflow
       security-reviewer doctor                       says what a review would run with

Who reviews (default: the provider whose key is set, else the built-in rules, which send nothing anywhere)
  --provider NAME          rules, anthropic, google, ollama, openai    --model ID   one of its models
  --verify HOW             off, code or model: how findings are looked at again (default: as who reviews)
  --concurrency N          sessions of the model at a time (default 4)
  --cache DIR              what a model answered (default ~/.cache/security-reviewer); off
  --max-cost USD, --max-tokens N, --max-time TIME   ceilings for all (default 2.00, none, 20m with a model)
What is reviewed (- is stdin, as --stdin-path PATH)
  --diff [BASE]            HEAD since BASE (default: the branch it is for)    --staged   --commit COMMIT
  --diff-context CONTEXT   lines (default): findings that the change touches; file: all of changed files
  --include, --exclude GLOB   as in .gitignore, repeatable      --no-gitignore        ignored files too
  --max-file-size SIZE        larger files are skipped (default 1MB)
  --dry-run                   only says which files, and how many tokens and dollars; nothing is sent
What is reported
  --min-severity LEVEL     info (default), low, medium, high, critical
  --min-confidence SHARE   0 to 1 (default 0.5)
  --only, --skip CLASS     kinds, rules or CWE numbers, repeatable
  --profile NAME           audit; pr (default for a change): confidence 0.8, without what only hardens
  --no-suppress            security-review-ignore comments suppress nothing
  --baseline FILE          known findings, which do not count (default .security-review/baseline.json)
  --new-only               known findings are not even listed
  --fail-on LEVEL          end with 1 for this severity or above (default high; none)
Where it goes
  --format FORMAT[=FILE]   text (default on a terminal), md (else), json, sarif, html, junit,
                           github; repeatable with files
  --sarif-suppressed       suppressed findings in SARIF too, marked as such
  -o, --output FILE        the report, instead of stdout    --output-dir DIR   one file a format
  -q, --quiet              no progress            --verbose    a line each, also on a terminal
  --no-color               no colours, no drawing --log FILE   progress with times
Configuration
  --config FILE            default: security-review.config.{json,yaml}, package.json#securityReview
  --trust-config           obey it in all, although it belongs to the reviewed code
  -h, --help   -V, --version

Exit codes: 0 clean, 1 findings at --fail-on or above, 2 wrong usage, 3 incomplete, 4 provider failed,
130 interrupted.
`;
