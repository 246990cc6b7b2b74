/** Where `init` writes the workflow, from the working directory. */
export const WORKFLOW_TEMPLATE_PATH = '.github/workflows/security-review.yml';

/** A workflow for GitHub Actions: the built-in rules on every pull request, with annotations on its lines. */
export const WORKFLOW_TEMPLATE: string = `name: Security review

on:
  pull_request:

permissions:
  contents: read

jobs:
  review:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0
        with:
          node-version: 24
      # Outside of the checkout, where no settings of npm in the reviewed code have a say.
      - run: npm install --prefix "$RUNNER_TEMP/reviewer" --ignore-scripts @harness-sdk/security-reviewer
        working-directory: \${{ runner.temp }}
      # The rules need no key, so that code from a fork has none to take.
      - run: >-
          "$RUNNER_TEMP/reviewer/node_modules/.bin/security-reviewer" --provider rules
          --format github --format md="$RUNNER_TEMP/review.md"
      - if: always()
        run: if [ -f "$RUNNER_TEMP/review.md" ]; then head -c 1000000 "$RUNNER_TEMP/review.md" >> "$GITHUB_STEP_SUMMARY"; fi
`;
