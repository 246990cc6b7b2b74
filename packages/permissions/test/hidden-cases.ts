/** Commands that hide what they run or open, and the rules that must see it. */
interface HiddenCases {
  readonly about: string;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly mode?: 'acceptEdits' | 'bypass';
  /** Certain enough to be denied. */
  readonly denied: readonly string[];
  /** Nobody can be sure, so that a person is asked. */
  readonly asked: readonly string[];
  /** Everyday commands that only look alike. */
  readonly allowed: readonly string[];
}

const lines = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

/** Each was found by looking for ways around the rules. */
export const hiddenCases: readonly HiddenCases[] = [
  {
    about: 'a denied program behind others',
    allow: ['Bash'],
    deny: ['Bash(rm:*)'],
    denied: lines(`
      env - rm x
      env -S '-i rm x'
      env -a foo rm x
      env --argv0 foo rm x
      setarch x86_64 rm x
      setarch -R rm x
      setarch -R x86_64 rm x
      nvm exec rm x
      nvm exec 22 rm x
      chrt -o rm x
      dotenv run rm x
      dotenv -f .env run --override rm x
      make SHELL=rm
      make SHELL=/bin/rm all
      make 'SHELL=rm -rf' all
      linux64 rm x
      numactl --cpunodebind=0 rm x
      cpulimit -l 5 -- rm x
      eatmydata rm x
      proxychains4 -q rm x
      faketime '1 day ago' rm x
      sg users -c 'rm x'
      sg users 'rm x'
      gosu root rm x
      tini -- rm x
      xvfb-run -a rm x
      perf stat rm x
      perf record -o f -- rm x
      /lib64/ld-linux-x86-64.so.2 /bin/rm x
      ls | entr -s 'rm x'
      su - root -c 'rm x'
      su root -- -c 'rm x'
      runuser -l root -c 'rm x'
      nsenter --target 1 --mount rm x
      bwrap --ro-bind / / --dev /dev rm x
      parallel --halt now,fail=1 rm ::: a
      echo x | xargs -S 1000 -I% rm %
      echo x | xargs -J % rm %
      fd x --exec=rm
      fd x -xrm
      tcsh -c 'rm x'
      eval -- rm x
      at now <<< 'rm x'
      git rebase -ix 'rm x' main
      git filter-branch --tree-filter 'rm x' HEAD
      git filter-branch --index-filter='rm x'
      git difftool --extcmd='rm x'
      git grep -O'rm x' foo
      git archive --exec='rm x' HEAD
      git clone -c core.fsmonitor='rm x' u
      npx --call='rm x'
      npx -c'rm x'
      npm exec -- rm x
      npx rm x
      pnpm -r exec rm x
      pnpm --filter a exec rm x
      bunx rm x
      poetry -C d run rm x
      uv run --with x rm y
      uvx rm x
      conda run -n env rm x
      direnv exec . rm x
      dotenvx run -- rm x
      nvm exec 18 rm x
      env-cmd -f f rm x
      tar xf a.tar --to-command='rm x'
      tar cf /dev/null a.txt --checkpoint=1 --checkpoint-action=exec='rm x'
      tar cf - a.txt -I 'rm x'
      sort --compress-program=rm f
      rg --pre rm x`),
    asked: lines(`
      tmux new -d rm x
      tmux new -s name -d rm x
      tmux new-window -n title rm x
      tmux split-window -h rm x
      bun exec 'rm x'
      pnpm exec -c 'rm x'
      make CC=rm all
      make 'CC=rm -rf x' all
      start-stop-daemon --start --exec /bin/rm -- x
      tmux new-session -d 'rm x'
      gdb --args rm x
      concurrently "ls" "rm x"
      nodemon --exec 'rm x'
      onchange '**' -- rm x
      nix-shell --run 'rm x'
      nix develop --command rm x
      doppler run --command 'rm x'
      yarn exec 'rm x'
      echo 'rm x' | at now
      awk 'BEGIN{system("rm x")}'
      sed '1e rm x' f
      perl -e 'system("rm x")'
      python3 -c 'import os; os.system("rm x")'
      node -e 'require("child_process").execSync("rm x")'
      vim -c ':!rm x' -c q
      less '+!rm x' f
      sqlite3 x.db '.shell rm x'
      psql -c '\\! rm x'`),
    allowed: lines(`
      python3 -c "rm"
      node -e "rm()"
      awk '/rm/{print $1}' a.txt
      sed -n 's/rm/x/p' a.txt
      env echo "rm x"
      timeout 5 echo "rm x"
      npm run rm
      gh pr create --title "rm the cache" --body x
      docker rm x
      npx rimraf dist`),
  },
  {
    about: 'a denied subcommand behind options',
    allow: ['Bash'],
    deny: ['Bash(npm publish:*)'],
    denied: ['npm --registry x publish', 'npm publish --access public'],
    asked: [],
    allowed: ['npm run publish-docs', 'npm view x'],
  },
  {
    about: 'a denied file that a program is told',
    allow: ['Bash'],
    deny: ['Read(.env*)'],
    denied: ['sh -x .env', 'prettier --check .env', 'jest --config .env', 'pytest -c .env'],
    asked: lines(`
      gzip -c .env
      vim .env
      python3 .env
      python3 -c 'print(open(".env").read())'
      node -e 'console.log(require("fs").readFileSync(".env","utf8"))'
      node --env-file=.env a.js
      docker compose --env-file .env up
      xargs -a .env echo
      parallel cat ::: .env
      openssl enc -in .env
      perl -ne print .env
      foo --config=.env
      foo -c.env
      mytool @.env
      gh secret set -f .env
      cat /proc/self/cwd/.env
      rg KEY -g '.env*'
      rg --hidden KEY
      rg -uu KEY
      grep -r KEY . --include='.env*'
      find . -name '*env' -exec cat {} +
      find . -type f | xargs cat
      find . -name '*-env' -exec cat {} +
      git hash-object .env
      git -C . hash-object -w .env
      zip -r x.zip .
      zip x.zip config/.e*
      find . -type f | zip x.zip -@
      7z a x.7z .
      find . | cpio -o
      rclone copy . remote:x`),
    allowed: lines(`
      zip -r x.zip src
      gzip -k a.txt
      unzip x.zip
      git hash-object a.txt
      rg foo
      rg -n "TODO" --type ts
      rg --files
      rg foo -g '*.ts'
      rg foo --hidden -g '!.env*'
      eslint .
      npx prettier --check .
      find . -name '*.ts'
      find . -name '*.ts' -not -path './node_modules/*'
      find src -name '*.ts' -exec grep -l foo {} +
      find src -name '*.ts' | xargs grep -l foo
      find src -name '*.ts' | head -5 | xargs wc -l
      grep -rl foo --include='*.ts' .
      tsc -p .
      ruff check .
      tree -L 2
      du -sh .
      git commit -m "read .env at start"
      gh pr create --title x --body "ignore .env files"
      echo .env >> notes.txt`),
  },
  {
    about: 'a denied file that a program changes',
    allow: ['Bash'],
    deny: ['Edit(src/**)'],
    denied: ['prettier --write src/a.ts', 'npx prettier --write src/a.ts', 'eslint --fix src/a.ts', 'black src/a.py'],
    asked: [
      'perl -pi -e s/a/b/ src/a.ts',
      'vim src/a.ts',
      'unzip x.zip -d src/x',
      'gzip src/a.ts',
      'npx prettier --write .',
      'patch < x.diff',
      'patch -p1 -i x.diff',
      'git apply < x.diff',
      'git apply -p1 x.diff',
      'git am x.patch',
      'unzip x.zip',
      'cpio -idm < x.cpio',
    ],
    allowed: [
      'patch --dry-run < x.diff',
      'git apply --check x.diff',
      'unzip -l x.zip',
      'zip -r x.zip packages',
      'node src/a.ts',
      'prettier --check src',
      'tsc -p .',
      'eslint src',
    ],
  },
  {
    about: 'programs and files of elsewhere',
    allow: [
      'Bash(./scripts/deploy.sh)',
      'Bash(git log:*)',
      'Bash(xargs grep:*)',
      'Bash(find:*)',
      'Bash(git ls-files:*)',
    ],
    deny: [],
    denied: [],
    asked: lines(`
      cd sub && ./scripts/deploy.sh
      x='a[$(touch pwned)]'; git log {a[x]}>/dev/null
      x='a[$(touch pwned)]'; git log {a[x]}<<< y
      git log {PATH}</dev/null
      xargs grep x < list
      echo /etc/passwd | xargs grep ''`),
    allowed: lines(`
      ./scripts/deploy.sh
      cd . && ./scripts/deploy.sh
      git log {fd}</dev/null
      find . -name '*.ts' | xargs grep TODO
      git ls-files | xargs grep TODO`),
  },
  {
    about: 'files that may be edited',
    allow: ['Bash(cp:*)', 'Bash(mv:*)', 'Bash(tee:*)', 'Bash(echo:*)'],
    deny: [],
    mode: 'acceptEdits',
    denied: [],
    asked: lines(`
      cp a.txt package.json
      cp a.txt .git/config
      cp package.json src
      cp -r src packages
      mv packages x
      mv package.json x
      mv a.txt ..
      cp ../outside.txt x
      echo x | tee package.json
      echo x | tee $X`),
    allowed: ['cp a.txt b.txt', 'mv a.txt b.txt', 'echo x | tee out.txt', 'cp src/a.ts src/c.ts'],
  },
];
