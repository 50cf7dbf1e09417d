// Tests of Endpoint
