// In the page: <steadfetch-notices></steadfetch-notices>
import { createSteadfetch } from 'steadfetch';
import { defineNotices } from 'steadfetch/element';

export const client = createSteadfetch();
defineNotices(client);
