import { startApi, startWorker, type ApiProcess, type ServiceProcess } from '../../support/processes.js';
import { startServiceServers } from '../../support/service.js';
import { createReportsFolder } from './reports-folder.js';
import { startShop, type Shop } from './shop.js';

/** A service with reports over the tables of a shop, which are on a separate database server. */
export interface ShopService {
  readonly shop: Shop;
  readonly api: ApiProcess;
  readonly worker: ServiceProcess;
  stop(): Promise<void>;
}

/** @param prepare fills the shop before the processes start */
export async function startShopService(
  prepare: (shop: Shop) => Promise<unknown>,
  more: Readonly<Record<string, string>> = {},
): Promise<ShopService> {
  const [service, shop] = await Promise.all([startServiceServers('bee-queue'), startShop()]);
  const reports = createReportsFolder();
  await prepare(shop);
  const env = { ...service.env, SOURCE_DATABASE_URL: shop.url, REPORTS_DIR: reports.dir, ...more };
  const [api, worker] = await Promise.all([startApi({ env }), startWorker({ env })]);
  return {
    shop,
    api,
    worker,
    async stop() {
      await Promise.all([api.stop(), worker.stop()]);
      reports.remove();
      await Promise.all([shop.close(), service.close()]);
    },
  };
}
