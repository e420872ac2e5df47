/** How long requests wait, and how many; times are milliseconds. */
export interface DatabaseLimits {
  /** For a turn, and for a connection. */
  waitTimeout: number;
  /** Requests of one location that wait; more are turned away. */
  queueLength: number;
  /** Connections of one location for reading, and as many for changes; 0: what leaves a fifth of all to others. On PostgreSQL only. */
  locationConnections: number;
  /** For a lock that another transaction holds. On PostgreSQL only. */
  lockTimeout: number;
  /** One statement. On PostgreSQL only. */
  statementTimeout: number;
}

export const usualLimits: DatabaseLimits = {
  waitTimeout: 10_000,
  queueLength: 500,
  locationConnections: 0,
  lockTimeout: 5_000,
  statementTimeout: 30_000,
};
