import type { Context, Service, ServiceError, ServiceRequest } from './service.ts';

/** Whether a request is for one of the directory's company hosts. */
export function isOfCompany({ origin }: ServiceRequest, { directory }: Context): boolean {
  return directory.companyHosts.has(hostOf(origin));
}

/** The hosts of companies, which redirect to a portal; the operation is the method of the request. */
export const companyHosts: Service = {
  name: 'company',

  operationOf: () => null,

  handle(operation, { origin }, { directory }) {
    const { location = null, status = 302, headStatus } = directory.companyHosts.get(hostOf(origin)) ?? {};
    const page = { contentType: 'text/html; charset=utf-8', body: '' };
    if (operation === 'HEAD' && headStatus !== undefined) return { ...page, status: headStatus };
    return location === null ? { ...page, status: 200 } : { ...page, status, headers: { Location: location } };
  },

  renderError(error: ServiceError) {
    return { status: error.status, contentType: 'text/plain', body: `${error.message}\n` };
  },
};

// --- internal ---

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : '';
}
