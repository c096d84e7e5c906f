/** Finds the operation that a request names. */
import type { Operation } from './call';

export interface Route {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

export class Router {
  private readonly routes: readonly { operation: Operation; parts: readonly string[] }[];

  constructor(operations: readonly Operation[]) {
    // Literal parts win over named ones: /v1/invoices/create_preview is no invoice of that id.
    const named = ({ path }: Operation): number => path.split(':').length;
    this.routes = [...operations]
      .sort((a, b) => named(a) - named(b))
      .map((operation) => ({ operation, parts: operation.path.split('/') }));
  }

  find(method: string | undefined, pathname: string): Route | undefined {
    const given = pathname.split('/');
    for (const { operation, parts } of this.routes) {
      if (operation.method !== method || parts.length !== given.length) continue;
      const path: Record<string, string> = {};
      const fits = parts.every((part, place) => {
        if (!part.startsWith(':')) return part === given[place];
        path[part.slice(1)] = decodeURIComponent(given[place]!);
        return true;
      });
      if (fits) return { operation, path };
    }
    return undefined;
  }
}
