import type { CommandTable, OperandRule, SubcommandTable } from '../command-table.ts';
import { noOperands } from '../operand-rules.ts';
import type { OptionTable } from '../option-table.ts';

const image: OperandRule = noOperands('it is another image');

const dockerList =
  '-a --all -f= --filter= --format= -n= --last= -l --latest --no-trunc -q --quiet -s --size --digests --tree --type=';
const look: CommandTable = { syntax: 'exact', safe: dockerList };
const logs: CommandTable = {
  syntax: 'exact',
  safe: '--details -f --follow --since= --until= -t --timestamps -n= --tail= --no-color --no-log-prefix --index=',
};
const stop: CommandTable = {
  mustSpell: 'changes what runs',
  syntax: 'exact',
  safe: '-t= --time= --timeout= -s= --signal= -f --force -v --volumes --no-deps --stop',
};

const dockerBuild: CommandTable = {
  mustSpell: 'runs what the build file says',
  syntax: 'exact',
  safe: '--build-arg= -t= --tag= --no-cache --pull --target= --platform= -q --quiet --progress= --rm? --force-rm --label= --load --no-cache-filter= --squash --check -D',
  unsafe: {
    'takes its script from elsewhere': '-f= --file=',
    'reaches files and secrets':
      '--secret= --ssh= --build-context= --cache-from= --allow= --network= --add-host= --security-opt= --call= --builder=',
    'writes a file': '-o= --output= --iidfile= --metadata-file= --cache-to= --push',
  },
  operands: ({ operands }) =>
    operands.map((operand) =>
      /^(?:-$|[\w+.-]*:\/\/|git@|github\.com\/)/u.test(operand?.text ?? '')
        ? { role: 'word', problem: 'it is no directory here' }
        : { role: 'read', isRecursive: true },
    ),
};

const dockerStart = {
  safe: '-i --interactive -t --tty -d --detach -q --quiet --rm --init --name= -w= --workdir= --platform= --pull= --cpus= -m= --memory= --read-only -h= --hostname= --no-healthcheck --stop-timeout= -l= --label= -T --no-TTY --no-deps',
  checked: [
    ['-e= --env=', (value: string) => (value.includes('=') ? undefined : 'it hands on a variable of the environment')],
  ],
  unsafe: {
    'reaches into the host':
      '-v= --volume= --mount= --volumes-from= --volume-driver= --privileged --device= --cap-add= --pid= --ipc= --uts= --userns= --cgroupns= --network= --net= --security-opt= --gpus= --runtime= --group-add= --tmpfs= --use-api-socket --sysctl= --ulimit= --link= --add-host= --dns=',
    'starts another program': '--entrypoint= --health-cmd= --restart=',
    'opens a port': '-p= --publish= -P --publish-all --expose=',
    'reads or writes a file': '--env-file= --cidfile= --label-file= --log-driver= --log-opt=',
    'is another user': '-u= --user=',
  },
} as const satisfies OptionTable;

const exec: CommandTable = {
  mustSpell: 'starts a program',
  syntax: 'exact',
  stopsAtOperand: true,
  ...dockerStart,
  launches: 1,
  runsElsewhere: true,
};
const containers: SubcommandTable['subcommands'] = {
  'ps ls list': look,
  logs,
  inspect: { ...look, safe: `${dockerList}` },
  'top port diff': look,
  stats: { ...look, safe: `${dockerList} --no-stream` },
  exec,
  run: exec,
  'start stop restart kill pause unpause rm wait rename update': stop,
};

const docker: SubcommandTable = {
  globals: {
    syntax: 'exact',
    safe: '-D --debug -l= --log-level= -v --version --help',
    unsafe: {
      'switches the host': '-H= --host= -c= --context= --tls --tlsverify --tlscacert= --tlscert= --tlskey=',
      'takes its configuration from elsewhere': '--config=',
    },
  },
  subcommands: {
    ...containers,
    container: { globals: {}, subcommands: containers },
    'images history search events version info': look,
    image: { globals: {}, subcommands: { 'ls list inspect history': look, build: dockerBuild, 'rm prune': stop } },
    build: dockerBuild,
    rmi: stop,
    'pull tag push': {
      mustSpell: 'brings or sends an image',
      syntax: 'exact',
      safe: '-q --quiet --platform=',
      operands: image,
    },
    'network volume context': { globals: {}, subcommands: { 'ls list inspect': look } },
    system: {
      globals: {},
      subcommands: {
        'df info events': look,
        prune: { mustSpell: 'removes what is not used', syntax: 'exact', safe: '-f --force -a --all --filter=' },
      },
    },
    compose: composeTable(),
    buildx: { globals: {}, subcommands: { build: dockerBuild, 'ls inspect version du': look } },
  },
};

function composeTable(): SubcommandTable {
  return {
    globals: {
      syntax: 'exact',
      safe: '--ansi= --progress= --parallel= --profile= --compatibility --dry-run -v --version',
      unsafe: {
        'takes its configuration from elsewhere':
          '-f= --file= --project-directory= --env-file= -p= --project-name= --all-resources',
      },
    },
    subcommands: {
      'ps ls images top port version events stats volumes': {
        syntax: 'exact',
        safe: '-a --all --filter= --format= -q --quiet --services --status= --no-trunc --orphans? --json --short --index= --protocol= --no-stream',
      },
      logs: {
        ...logs,
        safe: '-f --follow --since= --until= -t --timestamps -n= --tail= --no-color --no-log-prefix --index=',
      },
      'config convert': {
        syntax: 'exact',
        safe: '-q --quiet --services --volumes --images --profiles --networks --hash= --format= --no-interpolate --no-normalize --no-path-resolution --environment --variables --no-consistency',
        writes: '-o= --output=',
      },
      up: {
        mustSpell: 'starts containers',
        syntax: 'exact',
        safe: '-d --detach --build --no-build --force-recreate --no-recreate --no-deps --remove-orphans --wait --wait-timeout= -t= --timeout= --pull= --quiet-pull --no-start --abort-on-container-exit --exit-code-from= --no-log-prefix --no-color --scale= -V --renew-anon-volumes --attach= --no-attach= -y --yes',
      },
      'down start stop restart kill pause unpause rm create wait': {
        mustSpell: 'changes what runs',
        syntax: 'exact',
        safe: '-t= --timeout= -v --volumes --remove-orphans --rmi= -s= --signal= -f --force --no-deps --build --stop',
      },
      build: {
        mustSpell: 'runs what the build files say',
        syntax: 'exact',
        safe: '--no-cache --pull -q --quiet --build-arg= --progress= --with-dependencies -m= --memory= --check',
        unsafe: { 'reaches secrets': '--ssh= --push --builder=' },
      },
      pull: {
        mustSpell: 'brings images',
        syntax: 'exact',
        safe: '-q --quiet --ignore-pull-failures --include-deps --policy=',
      },
      'exec run': exec,
    },
  };
}

/** Containers. */
export const containerPrograms: Readonly<Record<string, CommandTable | SubcommandTable>> = {
  docker,
  podman: docker,
  'docker-compose': composeTable(),
};
