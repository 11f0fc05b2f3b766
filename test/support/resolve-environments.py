# Resolves credentials and a region as botocore does, in many environments: {base, cases} as JSON in, an array of answers
# out. The first argument names the botocore: that of boto3 and the AWS CLI v1 (botocore), or the AWS CLI v2's own.
import importlib, json, os, sys

session = importlib.import_module(sys.argv[1] + '.session')
# One for all sessions: it holds what botocore knows of the services, and reading that takes most of the time of a case.
loader = session.Session().get_component('data_loader')


def ask(env):
    os.environ.clear()
    os.environ.update(env)
    answer = {'region': None}
    try:
        one = session.Session()
        one.register_component('data_loader', loader)
        credentials = one.get_credentials()
        answer['key'] = None if credentials is None else credentials.get_frozen_credentials().access_key
        answer['region'] = one.get_config_variable('region') or None
    except Exception as error:
        answer['error'] = str(error)
    return answer


question = json.load(sys.stdin)
print(json.dumps([ask({**question['base'], **case}) for case in question['cases']]))
