import type { CommandTable, OperandRule } from '../command-table.ts';

/** Data that begins with `@` is read from a file. */
const atFile = (value: string): string | undefined => (value.startsWith('@') ? 'it is read from a file' : undefined);
/** `name@file` and `@file`. */
const encodedFile = (value: string): string | undefined =>
  /^[^=]*@/u.test(value) ? 'it is read from a file' : undefined;
const formFile = (value: string): string | undefined =>
  /=\s*["(]?[@<]|[;,]\s*(?:headers=)?[@<]/u.test(value) || /^[^=]*$/u.test(value) || /;\s*headers=/u.test(value)
    ? 'it may be read from a file'
    : undefined;
const writeOut = (value: string): string | undefined =>
  value.startsWith('@') || /%output\{/u.test(value) ? 'it reads or writes a file' : undefined;
const cookieData = (value: string): string | undefined => (value.includes('=') ? undefined : 'it is read from a file');

/** Hosts and protocols that reach the machine itself by other ways. */
const webAddress = (text: string): boolean => {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//u.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return /^[\w[]/u.test(text) && !/^[A-Za-z][\w+.-]*:(?!\d)/u.test(text);
  return scheme === 'http' || scheme === 'https';
};

/** Addresses of the web; where the rule spells one, no other. */
const addresses: OperandRule = ({ operands }) => {
  const isChosen = operands.some((operand) => operand?.isSpelled === true);
  return operands.map((operand) => {
    const isOther = isChosen && operand?.isSpelled === false;
    if (isOther) return { role: 'word', problem: 'it is another address than that of the rule' };
    const isWeb = operand === undefined || webAddress(operand.text);
    return isWeb ? { role: 'word' } : { role: 'word', problem: 'it is no web address' };
  });
};

const curl: CommandTable = {
  syntax: 'exact',
  safe: `-# --progress-bar -0 --http0.9 --http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --http3-only -1 --tlsv1
    --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 -4 --ipv4 -6 --ipv6 -A= --user-agent= --anyauth --basic --digest --negotiate
    --ntlm -B --use-ascii --ciphers= --compressed --no-compressed --connect-timeout= --expect100-timeout= --crlf
    --data-raw= --disallow-username-in-url -q --disable -e= --referer= -f --fail --fail-early --fail-with-body
    --no-fail --form-string= -g --globoff -G --get -h? --help? -i --include --show-headers -I --head
    --ignore-content-length -j --junk-session-cookies -k --insecure --keepalive-time= --no-keepalive -L --location
    --no-location --limit-rate= -m= --max-time= -M --manual --max-filesize= --max-redirs= -N --no-buffer --no-alpn
    --no-npn --no-progress-meter --no-sessionid --noproxy= --oauth2-bearer= --path-as-is --post301 --post302 --post303
    -r= --range= --rate= --raw --request-target= --retry= --retry-all-errors --retry-connrefused --retry-delay=
    --retry-max-time= -s --silent -S --show-error --no-silent -Y= --speed-limit= -y= --speed-time= --ssl --ssl-reqd
    --styled-output --no-styled-output --suppress-connect-headers --tcp-fastopen --tcp-nodelay --tls-max= --tr-encoding
    --trace-time -u= --user= -v --verbose -V --version -X= --request= -Z --parallel --parallel-immediate
    --parallel-max= --happy-eyeballs-timeout-ms= -l --list-only`,
  prints: '-o= --output= -D= --dump-header= -c= --cookie-jar= --trace= --trace-ascii= --stderr=',
  writes: '--hsts= --alt-svc= --etag-save= --libcurl=',
  reads: '--cacert= --crlfile= --etag-compare=',
  checked: [
    ['-d= --data= --data-ascii= --data-binary= --json= -H= --header=', atFile],
    ['--data-urlencode= --url-query=', encodedFile],
    ['-F= --form=', formFile],
    ['-b= --cookie=', cookieData],
    ['-w= --write-out=', writeOut],
    ['-z= --time-cond=', (value) => (/\d/u.test(value) ? undefined : 'it may be a file')],
    ['--url=', (value) => (webAddress(value) ? undefined : 'it is no web address')],
  ],
  unsafe: {
    'writes a file':
      '-O --remote-name --remote-name-all -J --remote-header-name --output-dir= --create-dirs --xattr -R --remote-time --remove-on-error --no-clobber -C= --continue-at= --create-file-mode=',
    'takes options from a file': '-K= --config= --next -:',
    'sends a file': '-T= --upload-file=',
    'sends secrets from elsewhere':
      '-n --netrc --netrc-optional --netrc-file= --location-trusted -E= --cert= --key= --proxy-cert= --proxy-key= --pubkey= --pass= --aws-sigv4=',
    'switches the host':
      '-x= --proxy= --preproxy= --proxy1.0= --socks4= --socks4a= --socks5= --socks5-hostname= --resolve= --connect-to= --unix-socket= --abstract-unix-socket= --interface= --dns-servers= --doh-url= --proto-default= -p --proxytunnel -P= --ftp-port=',
    'loads code': '--engine= --egd-file= --random-file=',
    'sends commands to the server': '-Q= --quote= -t= --telnet-option= --ftp-account= --ftp-alternative-to-user=',
  },
  operands: addresses,
  moreReads: ({ options }) => options.flatMap((option) => sentFiles(option.name, option.value?.text ?? '')),
};

/** The files that a value of curl names behind `@`. */
function sentFiles(name: string, value: string): readonly string[] {
  if (/^(?:-d|--data|--data-ascii|--data-binary|--json|-H|--header|-w|--write-out)$/u.test(name)) {
    return value.startsWith('@') ? [value.slice(1)] : [];
  }
  if (/^(?:--data-urlencode|--url-query)$/u.test(name)) return /^[^=]*@(.*)$/su.exec(value)?.slice(1) ?? [];
  if (/^(?:-F|--form)$/u.test(name)) return /=\s*[@<]"?([^";,]*)/u.exec(value)?.slice(1) ?? [];
  if (/^(?:-b|--cookie)$/u.test(name)) return value.includes('=') ? [] : [value];
  return name === '-T' || name === '--upload-file' ? [value] : [];
}

const wget: CommandTable = {
  safe: `-V --version -h --help -d --debug -q --quiet -v --verbose -nv --no-verbose -t= --tries=
    --retry-connrefused --retry-on-http-error= -nc --no-clobber --no-netrc --progress= --show-progress -S
    --server-response --spider -T= --timeout= --dns-timeout= --connect-timeout= --read-timeout= -w= --wait= --waitretry=
    --random-wait --limit-rate= --no-dns-cache -4 --inet4-only -6 --inet6-only --prefer-family= --user= --password=
    --no-iri --no-cache --no-cookies --header= --compression= --max-redirect= -U= --user-agent= --no-http-keep-alive
    --post-data= --method= --body-data= --referer= --content-on-error --https-only --secure-protocol=
    --no-check-certificate --no-proxy --no-config --no-hsts --save-headers --report-speed=`,
  prints: '-O= --output-document=',
  writes: '-o= --output-file= -a= --append-output= --save-cookies= --warc-file= --rejected-log= --hsts-file=',
  unsafe: {
    'runs a command': '-e= --execute= --use-askpass=',
    'takes addresses or options from a file':
      '-i= --input-file= --config= --input-metalink= -F --force-html -B= --base= -x --force-directories',
    'sends a file': '--post-file= --body-file= --load-cookies= --ca-certificate= --certificate= --private-key=',
    'writes files':
      '-b --background -r --recursive -m --mirror -p --page-requisites -P= --directory-prefix= -c --continue -N --timestamping --content-disposition -E --adjust-extension -k --convert-links -K --backup-converted --unlink --delete-after --warc-cdx --warc-tempdir= -l= --level= -A= --accept= -R= --reject= -D= --domains= -H --span-hosts -np --no-parent -nd --no-directories -nH --no-host-directories --cut-dirs=',
    'switches the host': '--bind-address= --proxy-user= --proxy-password=',
  },
  operands: addresses,
  moreReads: ({ options }) =>
    options.flatMap(({ name, value }) => (/^--(?:post|body)-file$/u.test(name) && value ? [value.text] : [])),
  // Without one of these it writes what it gets into a file of the directory.
  judge: ({ options }) =>
    options.some(
      ({ name, value }) =>
        name === '--spider' ||
        name === '--version' ||
        name === '--help' ||
        (/^(?:-O|--output-document)$/u.test(name) && value !== undefined),
    )
      ? undefined
      : 'it writes a file; "-O -" prints',
};

const sshUnsafe = {
  'sets an option that may start a program': '-o=',
  'takes its configuration from elsewhere': '-F=',
  'switches the host': '-J= -b= -B= -W= -w= -D= -L= -R=',
  'lends the keys': '-A -K',
  'takes a key from elsewhere': '-i= -I= -Q=',
  'writes a file': '-E=',
  'shares a connection': '-M -S= -O= -s -f -N -X -Y -g -y',
};

/** Programs that talk to other machines. */
export const network: Readonly<Record<string, CommandTable>> = {
  curl,
  wget,
  ssh: {
    isSingular: true,
    syntax: 'exact',
    stopsAtOperand: true,
    safe: '-4 -6 -a -C -c= -e= -k -l= -m= -n -p= -q -T -t -V -v -x -G',
    unsafe: sshUnsafe,
    // The host, and a command for its shell.
    operands: ({ operands }) =>
      operands.map((_, index) => ({
        role: 'word',
        problem: index === 0 ? 'the rule does not spell the host' : 'it is run on the host',
      })),
  },
  scp: {
    isSingular: true,
    syntax: 'exact',
    safe: '-3 -4 -6 -B -C -c= -l= -O -p -P= -q -r -R -s -T -v',
    unsafe: {
      'sets an option that may start a program': '-o= -X=',
      'starts the program given': '-S= -D=',
      'takes its configuration from elsewhere': '-F= -i=',
      'switches the host': '-J= -A',
    },
    operands: ({ operands }) => operands.map(() => ({ role: 'word', problem: 'it copies to or from another place' })),
  },
  rsync: {
    isSingular: true,
    safe: `-v --verbose --info= --debug= --stderr= -q --quiet --no-motd -c --checksum -a --archive -r
      --recursive -R --relative -n --dry-run -u --update -l --links -p --perms -E --executability -A --acls -X --xattrs -o
      --owner -g --group -t --times -O --omit-dir-times -J --omit-link-times -S --sparse -W --whole-file -x
      --one-file-system -I --ignore-times --size-only -z --compress --compress-level= -h --human-readable --progress -P
      --partial -i --itemize-changes --out-format= --stats --list-only --bwlimit= --timeout= --exclude= --include= -C
      --cvs-exclude -8 --version --help -4 -6`,
    reads: '--exclude-from= --include-from=',
    writes: '--log-file= --write-batch= --only-write-batch=',
    unsafe: {
      'starts the program given': '-e= --rsh= --rsync-path= -M= --remote-option= --sockopts= --daemon --config=',
      'takes rules from a file': '--files-from= -f= --filter= -F --read-batch= --password-file= --from0 -0',
      'follows links out of the tree': '-L --copy-links -k --copy-dirlinks --copy-unsafe-links -K --keep-dirlinks',
      'removes files':
        '--delete --delete-before --delete-during --delete-after --delete-excluded --del --remove-source-files --force',
      'writes elsewhere':
        '-b --backup --backup-dir= -T= --temp-dir= --partial-dir= --compare-dest= --copy-dest= --link-dest= --port= --inplace --append',
    },
    operands: ({ operands }) =>
      operands.map((operand, index) => {
        const isRemote = operand === undefined || /:/u.test(operand.text);
        if (isRemote) return { role: 'word', problem: 'it is on another host' };
        return index === operands.length - 1 && index > 0
          ? { role: 'write', isRecursive: true, problem: 'it writes the files', isWriteProblem: true }
          : { role: 'read', isRecursive: true };
      }),
  },
};
