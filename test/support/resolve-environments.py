# Resolves credentials and a region as botocore does, in many environments: {base, cases} as JSON in, an array of answers
# out. The first argument names the botocore: that of boto3 and the AWS CLI v1 (botocore), or the AWS CLI v2's own.
import importlib, json, os, sys

session = importlib.import_module(sys.argv[1] + '.session')
botocore_utils = importlib.import_module(sys.argv[1] + '.utils')
# One for all sessions: it holds what botocore knows of the services, and reading that takes most of the time of a case.
loader = session.Session().get_component('data_loader')


def at_endpoint(create_client):
    # The AWS CLI obeys AWS_ENDPOINT_URL_STS since 2.13 alone.
    def create(service_name, *args, **kwargs):
        url = os.environ.get('AWS_ENDPOINT_URL_' + service_name.upper().replace('-', '_'))
        if url and not kwargs.get('endpoint_url'):
            kwargs['endpoint_url'] = url
        return create_client(service_name, *args, **kwargs)

    return create


def ask(env):
    os.environ.clear()
    os.environ.update(env)
    answer = {'region': None}
    try:
        one = session.Session()
        one.register_component('data_loader', loader)
        create_client = one.create_client
        one.create_client = at_endpoint(create_client)
        credentials = one.get_credentials()
        if credentials is not None:
            frozen = credentials.get_frozen_credentials()
            # It signs with blank keys, which AWS refuses.
            if not (frozen.access_key and frozen.secret_key):
                raise ValueError('a key is blank')
            answer['key'] = frozen.access_key
        else:
            answer['key'] = None
        # What a client asks for as well, and fails without.
        one.get_auth_token()
        region = one.get_config_variable('region')
        if credentials is not None and region is not None:
            botocore_utils.validate_region_name(region)
            if not botocore_utils.is_valid_endpoint_url('https://sts.' + region + '.amazonaws.com'):
                raise ValueError('Invalid endpoint')
        # A client is what fails for want of the section, where no variable has the endpoint.
        if one.get_scoped_config().get('services'):
            os.environ.pop('AWS_ENDPOINT_URL_STS', None)
            create_client('sts', region_name='eu-west-1')
        answer['region'] = one.get_config_variable('region') or None
    except Exception as error:
        answer['error'] = str(error)
    return answer


question = json.load(sys.stdin)
print(json.dumps([ask({**question['base'], **case}) for case in question['cases']]))
