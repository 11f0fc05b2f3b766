# Runs `aws sts get-caller-identity`, and the same by boto3, in many environments: {base, cases} as JSON in, an array of
# {arn} or {error} out. The first argument says what runs: `awscli` for the AWS CLI of this Python, or `boto3`.
import contextlib, importlib, io, json, os, re, shutil, sys

tool = sys.argv[1]
# They look for the home folder when they are loaded.
for module in ['awscli.clidriver', 'awscli.customizations.assumerole'] if tool == 'awscli' else ['boto3.session', 'botocore.credentials']:
    importlib.import_module(module)
# Where the AWS CLI has put its own data.
data = {name: os.environ[name] for name in ['AWS_DATA_PATH'] if name in os.environ}
home = os.path.expanduser('~')
# One for all sessions: it holds what botocore knows of the services, and reading that takes most of the time of a case.
loader = None


def at_endpoint(create_client):
    # The AWS CLI obeys AWS_ENDPOINT_URL and its like since 2.13 alone.
    def create(service_name, *args, **kwargs):
        own = 'AWS_ENDPOINT_URL_' + service_name.upper().replace('-', '_')
        url = os.environ.get(own) or os.environ.get('AWS_ENDPOINT_URL')
        if url and not kwargs.get('endpoint_url'):
            kwargs['endpoint_url'] = url
        return create_client(service_name, *args, **kwargs)

    return create


def with_loader(session):
    global loader
    if loader is None:
        loader = session.get_component('data_loader')
    else:
        session.register_component('data_loader', loader)


def by_awscli():
    driver = importlib.import_module('awscli.clidriver').create_clidriver()
    with_loader(driver.session)
    if importlib.import_module('awscli').__version__.startswith('2.'):
        driver.session.create_client = at_endpoint(driver.session.create_client)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = driver.main(['sts', 'get-caller-identity'])
    return out.getvalue() if code == 0 else None, err.getvalue()


def by_boto3():
    session = importlib.import_module('botocore.session').Session()
    with_loader(session)
    client = importlib.import_module('boto3.session').Session(botocore_session=session).client('sts')
    return json.dumps(client.get_caller_identity()), ''


def ask(env):
    os.environ.clear()
    os.environ.update({**data, **env})
    os.chdir(env['PWD'])
    # Roles of one case would be found in another one.
    shutil.rmtree(home + '/.aws/cli', ignore_errors=True)
    try:
        out, err = by_awscli() if tool == 'awscli' else by_boto3()
    except BaseException as error:
        return {'error': type(error).__name__ + ': ' + str(error)}
    arn = re.search(r'arn:aws:[^\s"|]+', out or '')
    return {'arn': arn.group()} if arn else {'error': err or out}


question = json.load(sys.stdin)
answers = [ask({**question['base'], **case}) for case in question['cases']]
json.dump(answers, sys.stdout)
