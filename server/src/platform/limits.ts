/** How long requests wait, and how many; times are milliseconds. */
export interface DatabaseLimits {
  /** The wait for a turn, and for a connection. */
  waitTimeout: number;
  /** Requests of one location that wait; more are turned away. */
  queueLength: number;
  /**
   * Connections of one location for reading, and as many for changes. With 0, a fifth of the connections stays free for others. PostgreSQL
   * only.
   */
  locationConnections: number;
  /** The wait for a lock that another transaction holds. PostgreSQL only. */
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
