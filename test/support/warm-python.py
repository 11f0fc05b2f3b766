# The AWS CLI and botocore without a start of Python for each call, which takes ten times as long as the call. A line of JSON
# in: {args, env, cwd}, or with `code` for a program of its own in place of the AWS CLI. Each runs in a fork. A line of JSON
# out: {code, stdout, stderr}. The first line out is the version of the AWS CLI.
import json, os, sys, tempfile, traceback

# botocore finds the folders of its caches when it is loaded: HOME is a link then, which each call directs to its own.
folder = tempfile.TemporaryDirectory()
os.environ['HOME'] = folder.name + '/home'

import awscli, awscli.clidriver, botocore.session

# Loads the modules, not what is in them for an environment.
awscli.clidriver.create_clidriver()
botocore.session.Session().create_client('sts', region_name='eu-west-1', aws_access_key_id='x', aws_secret_access_key='x')
# The AWS CLI sets it when it is loaded.
own = {'AWS_DATA_PATH': os.environ['AWS_DATA_PATH']}


def run(request):
    os.environ.clear()
    os.environ.update({**request['env'], **own})
    os.chdir(request['cwd'])
    if 'code' in request:
        sys.argv = ['-c', *request['args']]
        exec(compile(request['code'], '<string>', 'exec'), {'__name__': '__main__'})
        return 0
    sys.argv = ['aws', *request['args']]
    return awscli.clidriver.main()


def answer(request):
    link = folder.name + '/home'
    if os.path.islink(link):
        os.unlink(link)
    os.symlink(request['env'].get('HOME', folder.name + '/none'), link)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                code = run(request)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        texts = [file.seek(0) or file.read().decode() for file in (out, err)]
        return {'code': os.waitstatus_to_exitcode(status), 'stdout': texts[0], 'stderr': texts[1]}


print(awscli.__version__, flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
