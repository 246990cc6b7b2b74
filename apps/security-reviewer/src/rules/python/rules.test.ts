import { expect, it } from 'vitest';
import { createRulesEngine } from '../engine.ts';

const engine = await createRulesEngine();

/** Lines with `# weak` at their end, and lines that were reported. */
function linesOf(source: string): { weak: number[]; reported: number[] } {
  const lines = source.split('\n');
  return {
    weak: lines.flatMap((line, position) => (/# weak\b/.test(line) ? [position + 1] : [])),
    reported: [...new Set(engine.check(source, 'a.py').map((hit) => hit.line))],
  };
}

const FLASK = 'from flask import Flask, request, redirect, abort\napp = Flask(__name__)\n';

const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  names: {
    'follows an import under another name': 'from os import system as s\ndef f(x):\n    s("ls " + x)  # weak\n',
    'follows a module under another name': 'import subprocess as sp\ndef f(x):\n    sp.call(x, shell=True)  # weak\n',
    'follows a name given to a function': 'import os\nrun = os.system\ndef f(x):\n    run(x)  # weak\n',
    'sees an import inside a function': 'def f(x):\n    import os\n    os.system(x)  # weak\n',
    'sees a module imported by a call': 'def f(x):\n    __import__("os").system(x)  # weak\n',
    'sees an attribute fetched by name': 'import builtins\ndef f(x):\n    getattr(builtins, "eval")(x)  # weak\n',
    'tells a method from a built-in':
      'class Model:\n    def eval(self, x):\n        return x\ndef f(model, x):\n    model.eval(x)\n',
    'tells a function of the file from a built-in': 'def eval(x):\n    return int(x)\ndef f(x):\n    return eval(x)\n',
  },
  constants: {
    'folds names that hold constants': 'import os\nROOT = "/srv"\ndef f():\n    os.system(f"ls {ROOT}/out")\n',
    'folds lists that hold constants':
      'COLUMNS = ["id", "name"]\ndef f(db):\n    db.execute(f"SELECT {\', \'.join(COLUMNS)} FROM t")\n',
    'takes an entry of a fixed dictionary for fixed':
      'NAMES = {"a": "x"}\ndef f(db, key):\n    db.execute(f"SELECT * FROM {NAMES[key]}")\n',
    'takes placeholders for fixed':
      'def f(db, ids):\n    marks = ", ".join("?" for _ in ids)\n    db.execute(f"SELECT * FROM t WHERE id IN ({marks})", ids)\n',
    'takes numbers for harmless': 'def f(db, page):\n    db.execute(f"SELECT * FROM t LIMIT {int(page)}")\n',
    'takes an annotated number at its word': 'def f(db, page: int):\n    db.execute(f"SELECT * FROM t LIMIT {page}")\n',
    'takes what a function is only called with, where only the file calls it':
      'def _count(db, table):\n    return db.execute(f"SELECT count(*) FROM {table}")\ndef f(db):\n    return _count(db, "users")\n',
    'takes settings of an object for no data':
      'class Repo:\n    def __init__(self, table):\n        self.table = table\n    def all(self, db):\n        return db.execute(f"SELECT * FROM {self.table}")\n',
  },
  fields: {
    'takes the fields of a declared record for chosen':
      'from fastapi import FastAPI\nfrom schemas import Change\napp = FastAPI()\n@app.patch("/x")\ndef change(body: Change):\n    row = load()\n    for key, value in body.model_dump(exclude_unset=True).items():\n        setattr(row, key, value)\n',
    'does not take the keys of any mapping for chosen':
      'from fastapi import FastAPI\napp = FastAPI()\n@app.patch("/x")\ndef change(body: dict):\n    row = load()\n    for key, value in body.items():\n        setattr(row, key, value)  # weak\n',
    'sees a secret that is read from a form for a log':
      'import logging\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.post("/x")\ndef enter():\n    logging.info("with %d", len(request.form.get("password")))\n    logging.info("with %d: " + request.form.get("password"), 1)  # weak\n    return ""\n',
  },
  guards: {
    'misses the guard of the other views':
      'from django.contrib.auth.decorators import login_required\nfrom models import Document\n@login_required\ndef first(request):\n    return Document.objects.count()\n@login_required\ndef second(request):\n    return Document.objects.count()\ndef purge(request):  # weak\n    Document.objects.all().delete()\n',
    'is content with a handler that asks by itself':
      'from flask import Flask, abort, session\nfrom guards import admin_required\nimport store\napp = Flask(__name__)\n@app.post("/admin/a")\n@admin_required\ndef a():\n    return store.a()\n@app.post("/admin/b")\ndef b():\n    if not session.get("staff"):\n        abort(403)\n    return store.b()\n',
    'is content with a guard before every request':
      'from flask import Flask, session\nfrom guards import admin_required, check\nimport store\napp = Flask(__name__)\n@app.before_request\ndef guard():\n    check()\n@app.post("/admin/a")\n@admin_required\ndef a():\n    return store.a()\n@app.post("/admin/b")\ndef b():\n    return store.b()\n',
    'leaves a sign-in open':
      'from flask import Flask\nfrom guards import admin_required\nimport store\napp = Flask(__name__)\n@app.post("/admin/a")\n@admin_required\ndef a():\n    return store.a()\n@app.post("/admin/login")\ndef enter():\n    return store.b()\n',
  },
  checks: {
    'trusts a list of what is allowed':
      'def f(db, column):\n    if column not in ("a", "b"):\n        raise ValueError\n    db.execute(f"SELECT * FROM t ORDER BY {column}")\n',
    'trusts a default in place of what is not allowed':
      'def f(db, column):\n    if column not in {"a", "b"}:\n        column = "a"\n    db.execute(f"SELECT * FROM t ORDER BY {column}")\n',
    'does not trust a check that nothing follows from':
      'def f(db, column):\n    if column not in ("a", "b"):\n        print("odd")\n    db.execute(f"SELECT * FROM t ORDER BY {column}")  # weak\n',
    'trusts a pattern that is closed at both ends':
      'import re\ndef f(db, name):\n    if not re.fullmatch(r"[a-z]+", name):\n        raise ValueError\n    db.execute(f"SELECT * FROM {name} WHERE x = 1")\n',
    'does not trust a pattern that is open':
      'import re\ndef f(db, name):\n    if not re.match(r"[a-z]+", name):\n        raise ValueError\n    db.execute(f"SELECT * FROM {name} WHERE x = 1")  # weak\n',
    'trusts a conversion that may fail':
      'def f(db, text):\n    try:\n        number = int(text)\n    except ValueError:\n        return None\n    return db.execute(f"SELECT * FROM t WHERE id = {number}")\n',
    'trusts a function that raises for what is not allowed':
      'def check(name):\n    if name not in ("a", "b"):\n        raise ValueError\ndef f(db, name):\n    check(name)\n    db.execute(f"SELECT * FROM {name} WHERE x = 1")\n',
    'trusts what is in a match of constants':
      'import os\ndef f(mode):\n    match mode:\n        case "a" | "b":\n            os.system("run " + mode)\n        case _:\n            os.system("run " + mode)  # weak\n',
    'keeps what was unsafe before a loop unsafe after it':
      'def f(db, words):\n    sql = "SELECT * FROM t WHERE 1"\n    for word in words:\n        sql += " OR name = \'" + word + "\'"\n    db.execute(sql)  # weak\n',
    'forgets a check when the name is given another value':
      'def f(db, a, b):\n    if a not in ("x", "y"):\n        return\n    a = b\n    db.execute(f"SELECT * FROM {a} WHERE x = 1")  # weak\n',
  },
  'py/sql-injection': {
    'reads every way to build a string':
      'def f(db, x):\n    db.execute("SELECT * FROM t WHERE a = \'" + x + "\'")  # weak\n    db.execute("SELECT * FROM t WHERE a = \'%s\'" % x)  # weak\n    db.execute("SELECT * FROM t WHERE a = \'{}\'".format(x))  # weak\n    db.execute("SELECT * FROM t WHERE " + " AND ".join(x))  # weak\n',
    'leaves parameters alone':
      'def f(db, x):\n    db.execute("SELECT * FROM t WHERE a = %s", (x,))\n    db.execute("SELECT * FROM t WHERE a = %(a)s", {"a": x})\n',
    'reports a statement once, where it is run':
      'def f(db, x):\n    sql = f"SELECT * FROM t WHERE a = {x}"\n    return db.execute(sql)  # weak\n',
    'reports a statement where it is handed to a function that runs it':
      'def run(db, sql):\n    return db.execute(sql)\ndef f(db, x):\n    return run(db, f"SELECT * FROM t WHERE a = {x}")  # weak\n',
    'reports a statement that is only returned': 'def f(x):\n    return "DELETE FROM t WHERE a = " + x  # weak\n',
    'reads a sentence as one':
      'def f(x):\n    print(f"Select a file from {x}")\n    return f"Update {x} and set it up"\n',
    'leaves errors and logs to people':
      'import logging\ndef f(x):\n    logging.info(f"DELETE FROM t WHERE a = {x}")\n    raise ValueError(f"INSERT INTO {x} failed")\n',
    'sees SQL inside a text construct':
      'from sqlalchemy import text\ndef f(session, x):\n    session.execute(text(f"SELECT * FROM t WHERE a = {x}"))  # weak\n',
  },
  'py/command-injection': {
    'asks whether a list reaches a shell':
      'import subprocess\ndef f(x):\n    subprocess.run(["ls", x])\n    subprocess.run(["sh", "-c", x])  # weak\n',
    'leaves constants alone': 'import os\ndef f():\n    os.system("ls -l | wc")\n',
    'trusts quoting': 'import os, shlex\ndef f(x):\n    os.system("ls " + shlex.quote(x))\n',
    'does not trust quoting of another part':
      'import os, shlex\ndef f(x, y):\n    os.system("ls " + shlex.quote(x) + y)  # weak\n',
    'sees options that are spread':
      'import subprocess\ndef f(x):\n    options = {"shell": True}\n    subprocess.run(x, **options)  # weak\n',
    'sees the shell of an event loop':
      'import asyncio\nasync def f(x):\n    await asyncio.create_subprocess_shell(f"ls {x}")  # weak\n',
    'sees the shell of another machine':
      'import paramiko\ndef f(x):\n    client = paramiko.SSHClient()\n    client.exec_command("ls " + x)  # weak\n',
  },
  'py/code-injection': {
    'reports what is run, not what is compiled for it':
      'def f(x):\n    code = compile(x, "x", "exec")\n    exec(code)  # weak\n',
    'leaves constants alone': 'eval("1 + 1")\n',
    'is not calmed by empty built-ins': 'def f(x):\n    return eval(x, {"__builtins__": {}})  # weak\n',
  },
  'py/unsafe-deserialization': {
    'knows the safe loaders':
      'import yaml\ndef f(x):\n    yaml.load(x, Loader=yaml.SafeLoader)\n    yaml.load(x, yaml.CSafeLoader)\n    yaml.safe_load(x)\n    yaml.load(x)  # weak\n    yaml.load(x, Loader=yaml.UnsafeLoader)  # weak\n',
    'leaves copies alone': 'import pickle\ndef f(x):\n    return pickle.loads(pickle.dumps(x))\n',
    'trusts a checked signature':
      'import hmac, hashlib, pickle\ndef f(key, data, tag):\n    if not hmac.compare_digest(hmac.new(key, data, hashlib.sha256).digest(), tag):\n        raise ValueError\n    return pickle.loads(data)\n',
    'leaves a reader that refuses classes alone':
      'import pickle\nclass Plain(pickle.Unpickler):\n    def find_class(self, module, name):\n        raise ValueError\ndef f(x):\n    return Plain(x).load()\n',
    'knows the options that make loading safe':
      'import torch, numpy\ndef f(x):\n    torch.load(x, weights_only=True)\n    torch.load(x)  # weak\n    numpy.load(x)\n    numpy.load(x, allow_pickle=True)  # weak\n',
  },
  'py/hardcoded-credentials': {
    'sees every place a secret stands in':
      'def connect(user, password="toor99x"):  # weak\n    pass\nconfig["SECRET_KEY"] = "n0t-so-secret-93"  # weak\nconnect("x", password="s3cr3tpw")  # weak\nlogin = {"user": "x", "password": "hunter22"}  # weak\nif password == "letmein42":  # weak\n    pass\nURL = "postgres://app:hunter2x@db:5432/app"  # weak\n',
    'leaves names, places and placeholders alone':
      'PASSWORD_FIELD = "password"\nTOKEN_URL = "https://x.example/token"\nSECRET_NAME = "prod/db"\nAPI_KEY = "YOUR_API_KEY"\npassword = ""\nsecret = None\napi_key = "<your key>"\nPASSWORD_FILE = "/run/secrets/db"\nlabels = {"password": "Password must be 8 chars"}\n',
    'leaves what is read at run time alone':
      'import os, getpass\nPASSWORD = os.environ["PASSWORD"]\nTOKEN = os.getenv("TOKEN")\nSECRET = getpass.getpass()\n',
    'sees the fallback of a setting':
      'import os\nSECRET_KEY = os.environ.get("SECRET_KEY", "t0p-s3cret-value")  # weak\n',
    'leaves made-up secrets of tests alone': 'PASSWORD = "plum-Tractor-58"\ndef test_login():\n    pass\n',
    'sees tokens by their format': `x = "${'ghp_'}${'a1B2'.repeat(9)}"  # weak\n`,
  },
  web: {
    'follows a request to a file': `${FLASK}@app.get("/")\ndef f():\n    return open("/srv/" + request.args["n"]).read()  # weak\n`,
    'leaves a checked path alone': `${FLASK}import os\n@app.get("/")\ndef f():\n    full = os.path.realpath(os.path.join("/srv", request.args["n"]))\n    if not full.startswith("/srv/"):\n        abort(404)\n    return {"size": len(open(full).read())}\n`,
    'leaves a fixed host alone': `${FLASK}import requests\n@app.get("/")\ndef f():\n    return requests.get("https://api.example/items/" + request.args["n"]).json()\n`,
    'follows a request into a host': `${FLASK}import requests\n@app.get("/")\ndef f():\n    return requests.get("https://" + request.args["h"] + "/x").json()  # weak\n`,
    'leaves a redirect inside the site alone': `${FLASK}@app.get("/")\ndef f():\n    return redirect("/items/" + request.args["n"])\n`,
    'follows a route into its parameters': `${FLASK}@app.get("/x/<name>")\ndef f(name):\n    return "<b>" + name + "</b>"  # weak\n@app.get("/y/<int:name>")\ndef g(name):\n    return f"<b>{name}</b>"\n`,
    'follows a request through a function of the file': `${FLASK}def path(name):\n    return "/srv/" + name\n@app.get("/")\ndef f():\n    return {"x": open(path(request.args["n"])).read()}  # weak\n`,
    'follows a request into a function of the file': `${FLASK}def read(name):\n    return open("/srv/" + name).read()  # weak\n@app.get("/")\ndef f():\n    return {"x": read(request.args["n"])}\n`,
    'leaves the path of a function that no request reaches alone':
      'def read(name):\n    return open("/srv/" + name).read()\n',
  },
};

for (const [family, cases] of Object.entries(CASES)) {
  it.each(Object.entries(cases))(`${family}: %s`, (_name, source) => {
    const { weak, reported } = linesOf(source);
    expect(reported).toEqual(weak);
  });
}
