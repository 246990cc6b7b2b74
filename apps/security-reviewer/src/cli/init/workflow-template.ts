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
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      # The rules need no key, so that code from a fork has none to take.
      - run: npx --yes @harness-sdk/security-reviewer --provider rules >> "$GITHUB_STEP_SUMMARY"
`;
