import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';

/** The region's Service Quotas. */
export const serviceQuotas = new ServiceQuotasClient({});
